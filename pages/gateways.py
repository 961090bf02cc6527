"""«Шлюзы»: through whom SMS and letters leave, whether that works, when and how often, and the sandbox's screen."""

from loyalty import db, settings, ui
from loyalty.messages import gateways
from loyalty.messages.gateways import Account
from pages import _gateway_channel, _gateway_limits, _gateway_sandbox


def main() -> None:
    ui.header("Шлюзы", "Через кого, когда и как часто уходят SMS и письма")
    with db.reading() as session:
        known = gateways.everything(session)
        zone = settings.timezone(session)
    sms, letters = ([one for one in known if one.channel == channel] for channel in gateways.CHANNELS)
    _gateway_channel.show(_gateway_channel.SMS, sms, zone)
    _gateway_channel.show(_gateway_channel.LETTERS, letters, zone)
    _gateway_limits.show()
    if any(_is_used(one) and one.is_sandbox for one in known):
        _gateway_sandbox.show(zone)


def _is_used(one: Account) -> bool:
    return one.place != gateways.ASIDE


main()
