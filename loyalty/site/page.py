"""How a customer's page looks: one file without a script, an image or anything from elsewhere; light and dark."""

import base64
from hashlib import sha256
from html import escape

from starlette.responses import HTMLResponse

STYLE = """
:root { color-scheme: light dark; --text: #1c2321; --quiet: #5b6661; --back: #f7f7f4; --card: #fff; --line: #e4e4de;
  --accent: #0f766e; --on: #fff }
@media (prefers-color-scheme: dark) {
  :root { --text: #e7ebe9; --quiet: #a3aea9; --back: #111514; --card: #1a201e; --line: #2c3431; --accent: #2dd4bf;
    --on: #111514 }
}
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; padding: 24px 16px; background: var(--back); color: var(--text);
  font: 17px/1.5 "Golos Text", "Segoe UI", Roboto, -apple-system, Arial, sans-serif }
main { max-width: 440px; margin: 6vh auto 0; padding: 24px; background: var(--card); border: 1px solid var(--line);
  border-radius: 10px; overflow-wrap: anywhere }
.shop { margin: 0 0 16px; color: var(--quiet); font-size: 15px }
h1 { margin: 0 0 8px; font-size: 24px; line-height: 1.25; font-weight: 650 }
p { margin: 0 0 16px }
p:last-child { margin-bottom: 0 }
form { display: grid; gap: 8px; margin: 24px 0 16px }
button { min-height: 48px; padding: 8px 16px; border: 1px solid var(--accent); border-radius: 10px;
  background: var(--accent); color: var(--on); font: inherit; font-weight: 600; cursor: pointer }
button.second { background: none; color: var(--accent); border-color: var(--line) }
button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.note { color: var(--quiet); font-size: 15px }
"""

_STYLE_DIGEST = base64.b64encode(sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "content-security-policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_DIGEST}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow",
    "cache-control": "no-store",
}


def page(title: str, body: str, *, shop: str = "", status: int = 200) -> HTMLResponse:
    """A page of one card; `title` and `shop` are plain text, `body` is HTML."""
    above = f'<p class="shop">{escape(shop)}</p>' if shop else ""
    return HTMLResponse(
        f'<!doctype html><html lang="ru"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>'
        f"<body><main>{above}<h1>{escape(title)}</h1>{body}</main></body></html>",
        status,
        HEADERS,
    )


def paragraphs(*words: str) -> str:
    """Plain sentences as paragraphs; the last one of several is a note."""
    *before, last = words
    return "".join(f"<p>{escape(said)}</p>" for said in before) + (
        note(last) if before else f"<p>{escape(last)}</p>"
    )


def note(words: str) -> str:
    """A plain sentence in small quiet letters."""
    return f'<p class="note">{escape(words)}</p>'
