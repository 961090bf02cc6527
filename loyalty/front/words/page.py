"""The page itself, index.html."""

from loyalty.front.words.change import changes

# Whoever asks the browser for its language is told Russian: months, first day of a week, react-aria's own words.
# And the server is asked at its root: Streamlit would try /customers/_stcore first, and never finds it from /a/b/c.
_SETTINGS = """<script>
      Object.defineProperty(navigator, "language", { get: () => "ru-RU" })
      Object.defineProperty(navigator, "languages", { get: () => ["ru-RU", "ru"] })
      window.__streamlit = { BACKEND_BASE_URL: location.origin + "/" }
      window.prerenderReady = false"""

_NOSCRIPT = """<p>You need to enable JavaScript to run this app.</p>
      <p>
        Reading this without a browser? A Streamlit app can also offer its
        contents and interactions as JSON over HTTP, the recommended way for AI
        agents and other programs to use it without a browser. This page is an
        empty shell until JavaScript renders the app's content into it.
      </p>
      <p>
        The protocol is described at
        <a href="./_stcore/agent/openapi.json">_stcore/agent/openapi.json</a>
        under the app's root URL, not under a page's URL. That document also
        says whether this app offers it. The protocol has one HTTP operation,
        <code>POST _stcore/agent/interact</code>: a JSON body of
        <code>{}</code> starts a session and returns the app's contents as
        JSON. The same protocol is also an MCP server at
        <code>_stcore/agent/mcp</code> under the app's root URL.
      </p>"""

_PRELOADED_FONT = """<link
      rel="preload"
      href="./static/media/SourceSansVF-Upright.ttf.BsWL4Kly.woff2"
      as="font"
      type="font/woff2"
      crossorigin
    />
"""


PAGE = changes(
    "index.html",
    ('<html lang="en">', '<html lang="ru">'),
    ("<title>Streamlit</title>", "<title>Бонусы</title>"),
    ('href="./favicon.png"', 'href="/app/static/icon.png"'),
    (_PRELOADED_FONT, ""),  # the product has a font of its own
    ("<script>\n      window.prerenderReady = false", _SETTINGS),
    (_NOSCRIPT, "<p>Программе нужен JavaScript: включите его в настройках браузера и обновите страницу.</p>"),
)
