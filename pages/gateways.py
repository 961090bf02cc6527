"""«Шлюзы»: through whom SMS and letters leave, whether that works, when and how often, and the sandbox's screen."""

from loyalty import db, settings, ui
from loyalty.messages.sending import gateways
from loyalty.messages.sending.gateways import Account
from pages._gateways import channel as gateway_channel
from pages._gateways import limits, sandbox


def main() -> None:
    ui.header("Шлюзы", "Через кого, когда и как часто уходят SMS и письма")
    with db.reading() as session:
        known = gateways.everything(session)
        zone = settings.timezone(session)
    sms, letters = ([one for one in known if one.channel == channel] for channel in gateways.CHANNELS)
    gateway_channel.show(gateway_channel.SMS, sms, zone)
    gateway_channel.show(gateway_channel.LETTERS, letters, zone)
    limits.show()
    if any(_is_used(one) and one.is_sandbox for one in known):
        sandbox.show(zone)


def _is_used(one: Account) -> bool:
    return one.place != gateways.ASIDE


main()
