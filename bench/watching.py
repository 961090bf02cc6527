"""What a person sees of a screen and when: its name, its figures, the whole of it at rest."""

from typing import NamedTuple

from playwright.sync_api import Page

from bench.errors import Stopped

PATIENCE_MS = 60_000
TYPING_PAUSE_MS = 60

# When a person last did something on the page.
WATCH = """() => {
  for (const kind of ['input', 'pointerup'])
    addEventListener(kind, () => { window.lastDone = performance.now() }, true)
}"""
# Milliseconds until the page shows its name, its figures, and until it rests as well: nothing runs, nothing awaits
# redrawing, two frames are painted since. Streamlit says on its root whether a script runs. null: never.
DRAWN = """async ({name, figures, since, at, patience}) => {
  const wanted = new RegExp(figures)
  const said = element => element.innerText.replace(/\\s/g, ' ').trim()
  const main = () => location.href.includes(at) ? document.querySelector('[data-testid="stMain"]') : null
  const named = () => main() !== null && (name === '' || [...main().querySelectorAll('h1')].some(
    heading => heading.closest('[data-stale="true"]') === null && said(heading).includes(name)))
  const shows = () => named() && wanted.test(said(main()))
  const rests = () => {
    const app = document.querySelector('[data-testid="stApp"]')
    return app !== null
      && app.getAttribute('data-test-script-state') === 'notRunning'
      && app.getAttribute('data-test-connection-state') === 'CONNECTED'
      && document.querySelector('[data-testid="stSkeleton"], [data-stale="true"]') === null
  }
  const frame = () => new Promise(requestAnimationFrame)
  const deadline = performance.now() + patience
  let seen = null, shown = null
  for (let calm = 0; calm < 3; calm = shows() && rests() ? calm + 1 : 0) {
    if (performance.now() > deadline) return null
    if (seen === null && named()) seen = performance.now()
    if (shown === null && shows()) shown = performance.now()
    await frame()
  }
  const began = since === 'start' ? 0 : window.lastDone
  return [seen - began, shown - began, performance.now() - began]
}"""


class Answer(NamedTuple):
    """Seconds until the screen's name is there, until its figures are, and until the whole page is drawn."""

    named: float
    shown: float
    drawn: float


def answered(page: Page, figures: str, *, name: str = "", since: str = "done", at: str = "") -> Answer:
    """How long after the person's last deed (or the visit's start) the page `at` that address showed all that.

    `figures` is a pattern of JavaScript that the figures' words match, with plain spaces.
    """
    wanted = {"name": name, "figures": figures, "since": since, "at": at, "patience": PATIENCE_MS}
    took = page.evaluate(DRAWN, wanted)
    if took is None:
        raise Stopped(f"Экран {page.url} за {PATIENCE_MS // 1000} с так и не показал «{name or figures}»")
    return Answer(*(float(milliseconds) / 1000 for milliseconds in took))


def visit(page: Page, address: str, figures: str, *, name: str = "") -> Answer:
    """Open an address by itself, as from a link in a letter."""
    page.goto(address, wait_until="commit")
    took = answered(page, figures, name=name, since="start")
    page.evaluate(WATCH)
    return took


def type_into(page: Page, words: str, awaited: str) -> Answer:
    """Type into the page's search, key by key, and wait for what it finds."""
    field = page.get_by_test_id("stMain").locator("input").first
    field.click()
    field.press_sequentially(words, delay=TYPING_PAUSE_MS)
    return answered(page, awaited)


def clear(page: Page, awaited: str) -> None:
    """Empty the search and wait for the whole list."""
    field = page.get_by_test_id("stMain").locator("input").first
    field.fill("")
    field.press("Enter")
    answered(page, awaited)
