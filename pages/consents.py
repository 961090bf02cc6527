"""«Согласия»: who may be written to, the texts people agree to, and how they refuse."""

from loyalty import db, options, ui, wording
from loyalty.customers import consent_texts
from loyalty.customers.consents import EMAIL, SMS
from loyalty.messages.consent.optout import PUBLIC_ADDRESS, REFUSAL_WORDS
from loyalty.reports.messages import agreed as report
from pages._addresses import CUSTOMERS
from pages._consents import refusal
from pages._consents import texts as consents_texts

LISTS = {SMS: ("consent", "refused")}
BY = {SMS: "по SMS", EMAIL: "по почте"}


def main() -> None:
    ui.header("Согласия", "Кому можно писать рекламу, на что люди соглашаются и как отказываются")
    with db.reading() as session:
        counted, texts = report.load(session), consent_texts.versions(session)
        address, said = options.get(session, PUBLIC_ADDRESS), options.get(session, REFUSAL_WORDS)
        samples = {purpose: consent_texts.sample(session, purpose) for purpose in consent_texts.PURPOSES}
    ui.figures(figures(counted), key="agreed", alt="Согласия клиентов")
    left, right = ui.side_by_side(3, 2)
    with left:
        consents_texts.show(texts, samples)
    with right:
        refusal.show(address, said)


def figures(counted: list[report.Agreed]) -> list[ui.Figure]:
    """How many agreed and refused; a click leads to them where there is such a list."""
    found = []
    for one in counted:
        agreed, refused = LISTS.get(one.channel, ("", ""))
        asked = one.agreed + one.refused + one.not_asked
        of = f"из {wording.number(asked)}"
        found.append(
            ui.Figure(
                f"Согласны на рекламу {BY[one.channel]}", wording.number(one.agreed), of=of, lead=_list(agreed)
            )
        )
        found.append(
            ui.Figure(f"Отказались от рекламы {BY[one.channel]}", wording.number(one.refused), lead=_list(refused))
        )
    return found


def _list(show: str) -> ui.Lead | None:
    return ui.Lead("Показать клиентов", CUSTOMERS, {"show": show}) if show else None


main()
