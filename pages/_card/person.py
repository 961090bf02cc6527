"""The card's «О клиенте»: who she is, the form that changes it, and what stands below it."""

from datetime import date

from loyalty import db, ui, wording
from loyalty.customers import people
from loyalty.models import Customer
from loyalty.reports.customers import person as report
from loyalty.reports.customers.card import CustomerCard
from pages._card import consents, form, joined, rights, signs


def name(person: Customer) -> str:
    """The full name, or a phrase where none is known."""
    return people.full_name(person) or "Без имени"


def in_a_line(person: Customer, today: date) -> list[str]:
    """Card, address, birthday with age, since when; only what is known."""
    address = ", ".join(filter(None, (person.city, person.street, person.house)))
    born = person.birth_date
    return [
        *filter(None, (f"карта {person.card}" if person.card else "", address)),
        *([f"{wording.date_in_words(born)}, {wording.age(born, today)}"] if born else []),
        *([f"с нами с {wording.day(person.registered_on)}"] if person.registered_on else []),
    ]


def show(card: CustomerCard) -> None:
    """The form, her signs, consents, who was joined to her, and what she may ask for by law."""
    if card.is_erased:
        rights.erased(card)
        return
    form.show(card)
    with db.reading() as session:
        known = report.load(session, card.customer.id or 0)
    left, right = ui.side_by_side(3, 2)
    with left:
        signs.show(card, known.signs)
        joined.show(card, known.joined)
    with right:
        consents.show(card, known.consents)
        rights.show(card)
