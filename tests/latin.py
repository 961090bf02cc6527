"""Looks through a page for words of Latin letters: what a person sees, hears from a screen reader, or can open."""

import re
from collections.abc import Iterator
from contextlib import suppress

from playwright.sync_api import ElementHandle, Error, Locator, Page

from tests.browser import settle, visit

# Names that a Russian shop owner knows by these letters, or types so: of providers, their keys, addresses.
NAMES = re.compile(
    r"(https?|smtps?)://[\w.:/-]+|/o/|/hook/|SMSC?\.ru|SMS ?Aero(\.ru)?|Exolve(\.ru)?|api_id|API|SMTP|mail\.ru|"
    r"Excel(2007)?|SMS|CSV|TXT|XLSX?|XLSB|ODS|e-mail|PostgreSQL|JavaScript|UTC|UTF-8|Enter|Escape|Tab|Ctrl"
    r"|start\.py|logs/dashboard\.log|\*\.xlsx|[\w.+-]+@[\w.-]+|[\w -]+\.(csv|xlsx|png)",
    re.IGNORECASE,
)
WORD = re.compile(r"[A-Za-z]{2,}")
NOBODY = "Ыъ"
PATIENCE_MS = 700
BUTTON_PATIENCE_MS = 5000
HINTS = 12

# Everything the page says, by whatever way; icons are words to no one (a font draws them, `translate` is off).
SAID = """() => {
  const attributes = ['placeholder', 'title', 'aria-label', 'alt', 'aria-valuetext', 'aria-roledescription',
                      'aria-description'];
  const silent = 'script, style, noscript, [translate="no"], [data-testid="stIconMaterial"]';
  const said = [document.title];
  const hears = element => element.closest('canvas, svg') || element.checkVisibility({visibilityProperty: true});
  const listen = root => {
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) listen(element.shadowRoot);
      if (element.closest(silent) || !hears(element)) continue;
      for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) said.push(node.data);
      for (const name of attributes) said.push(element.getAttribute(name));
      const drawn = element.getAttribute('data-placeholder');
      if (drawn !== 'true') said.push(drawn);  // a part of a date that is not filled in is marked so, not said
    }
  };
  listen(document);
  return [...new Set(said.filter(words => words && words.trim()))];
}"""

WORDS_OF_BUTTONS = """all => all.map(one => {
  const copy = one.cloneNode(true);
  copy.querySelectorAll('[translate="no"]').forEach(icon => icon.remove());
  return copy.textContent.trim();
})"""


class Reader:
    """A person who reads and opens everything, and remembers each foreign word with where she met it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.foreign: dict[str, str] = {}
        self.heard: set[str] = set()
        self.dialogs: set[str] = set()  # the buttons that opened one

    def read(self, where: str) -> None:
        """What the page says now."""
        for words in self.page.evaluate(SAID):
            self.heard.add(words)
            if WORD.search(NAMES.sub("", words)):
                self.foreign.setdefault(words, where)

    def look_through(self, address: str) -> None:
        """A screen by its address: its tabs, hints, fields and whatever its buttons open."""
        self.glance(address)
        main = self.page.get_by_test_id("stMain")
        for tab in self._tabs(main):
            self.look_into(main, f"{address}, {tab}")
        visit(self.page, address)
        for button in self._buttons():
            self.press(button, f"{address}, {button}")
            if self.page.url != address or self.page.get_by_role("dialog").count():
                visit(self.page, address)

    def glance(self, address: str) -> None:
        """A screen by its address, and its tabs: only read."""
        visit(self.page, address)
        for tab in self._tabs(self.page.get_by_test_id("stMain")):
            self.read(f"{address}, {tab}")

    def look_into(self, part: Locator, where: str) -> None:
        """A part of the page: everything in it is unfolded, hovered, or typed into."""
        part.locator("details:not([open]) > summary").evaluate_all("all => all.forEach(one => one.click())")
        settle(self.page)
        self.read(where)
        for hint in list(_seen(part.get_by_test_id("stTooltipHoverTarget")))[:HINTS]:
            self._hover(hint, f"{where}, a hint")
        for field in _seen(part.get_by_role("combobox")):
            self._try_list(field, f"{where}, a list")
        for calendar in _seen(part.get_by_test_id("stDateInputCalendarButton")):
            with suppress(Error):
                calendar.click(timeout=PATIENCE_MS)
            self.read(f"{where}, a calendar")
            self.page.keyboard.press("Escape")
        for field in _seen(part.locator("input[type=text]:not([role=combobox]), input[type=number], textarea")):
            self._type(field, f"{where}, a field")

    def press(self, button: str, where: str) -> None:
        """A button by its words; a dialog it opens is looked into."""
        with suppress(Error):  # another button, pressed before, took this one away
            found = self.page.locator("[data-testid=stButton] button:visible").filter(has_text=button)
            found.first.click(timeout=BUTTON_PATIENCE_MS)
        settle(self.page)
        self.read(where)
        if (dialog := self.page.get_by_role("dialog")).count():
            self.dialogs.add(button)
            self.look_into(dialog.first, where)
            self.page.keyboard.press("Escape")
            settle(self.page)

    def _tabs(self, part: Locator) -> Iterator[str]:
        """Each tab in its turn, opened; one without words where there are none."""
        tabs = part.get_by_role("tab")
        for number in range(tabs.count()):
            tabs.nth(number).click()
            settle(self.page)
            yield f"tab {number}"
        if not tabs.count():
            yield "no tabs"

    def _buttons(self) -> list[str]:
        """The buttons of a screen by their words, each once; the icons in them are not words."""
        buttons = self.page.get_by_test_id("stMain").locator("[data-testid=stButton] button:enabled")
        return list(dict.fromkeys(filter(None, buttons.evaluate_all(WORDS_OF_BUTTONS))))

    def _hover(self, what: ElementHandle, where: str) -> None:
        with suppress(Error):  # a field under a dialog, a hint that went with a redrawing
            what.hover(timeout=PATIENCE_MS)
            self.page.wait_for_timeout(250)
        self.read(where)

    def _try_list(self, field: ElementHandle, where: str) -> None:
        with suppress(Error):
            field.click(timeout=PATIENCE_MS)
            self.read(where)
            field.fill(NOBODY, timeout=PATIENCE_MS)
            self.page.wait_for_timeout(150)
            self.read(f"{where}, nobody")
        self.page.keyboard.press("Escape")

    def _type(self, field: ElementHandle, where: str) -> None:
        with suppress(Error):
            number = field.get_attribute("type") == "number"
            field.fill("999999999999" if number else NOBODY, timeout=PATIENCE_MS)
            self.read(where)
            field.press("Tab")
            self.page.wait_for_timeout(150)
            self.read(where)


def _seen(found: Locator) -> Iterator[ElementHandle]:
    yield from (one for one in found.element_handles() if one.is_visible())
