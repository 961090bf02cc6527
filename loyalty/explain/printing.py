"""Pages a browser prints: a customer's bonuses with every movement explained, as one HTML file without a script."""

from html import escape

from loyalty import wording
from loyalty.customers.people import full_name
from loyalty.explain.movements import Explanation
from loyalty.reports.customers.card import CustomerCard

STYLE = """
body { font: 11pt/1.45 "Golos Text", "Segoe UI", Arial, sans-serif; color: #1c2321 }
body { max-width: 46em; margin: 2em auto }
h1 { font-size: 17pt; margin: 0 } h2 { font-size: 12pt; margin: 1.4em 0 .2em } p { margin: .15em 0 }
section { break-inside: avoid } .ahead h2 { color: #6b746f }
table { border-collapse: collapse; margin: .4em 0; width: 100% }
th, td { border-bottom: 1px solid #d5d5cf; padding: .25em .6em .25em 0; text-align: left; font-size: 10pt }
.sum { font-size: 13pt; font-weight: 600; margin: 1em 0 }
"""


def bonuses_page(card: CustomerCard) -> bytes:
    """The printable answer to «Почему столько?»: the balance, its proof, and all movements, newest first."""
    story, today = card.story, card.today
    whole = story.balance(today, card.balance.available)
    parts = [_explained(story.why(m.at, today), "ahead" if m.ahead else "") for m in story.movements(today)]
    name = full_name(card.customer) or "Клиент без имени"
    title = f"Бонусы: {name}"
    body = (
        f"<h1>{escape(title)}</h1><p>{escape(wording.phone(card.customer.phone))} · на {wording.day(today)}</p>"
        f"{_explained(whole)}{''.join(parts)}"
    )
    page = f'<!doctype html><html lang="ru"><meta charset="utf-8"><title>{escape(title)}</title>'
    return f"{page}<style>{STYLE}</style><body>{body}</body></html>".encode()


def _explained(answer: Explanation, css: str = "") -> str:
    sentences = "".join(f"<p>{escape(sentence)}</p>" for sentence in answer.sentences)
    conclusion = f'<p class="sum">{escape(answer.conclusion)}</p>' if answer.conclusion else ""
    return (
        f'<section class="{css}"><h2>{escape(answer.title)}</h2>{sentences}{_table(answer)}{conclusion}</section>'
    )


def _table(answer: Explanation) -> str:
    if not answer.rows:
        return ""
    head = "".join(f"<th>{escape(heading)}</th>" for heading in answer.headings)
    rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in answer.rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
