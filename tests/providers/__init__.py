"""Servers that speak the providers' documented protocols, with their errors, drops and late news, on 127.0.0.1.

    with providers.smsru() as server:
        server.script(providers.DROP_AFTER, providers.http(500))  # the next two requests that send
        server.refuse["79161234567"] = 207
        ... server.url, server.key, server.sent, server.doubles() ...

Whatever a server took stands in `sent`, answered or not, so that nothing is sent twice unseen. Servers live in the
test's own process: workers may be killed.
"""

from tests.providers.exolve import exolve
from tests.providers.server import DROP_AFTER, DROP_BEFORE, Sent, Step, http, http_after, late, refused, text
from tests.providers.smsaero import smsaero
from tests.providers.smsc import smsc
from tests.providers.smsru import smsru
from tests.providers.smtp import smtp

__all__ = [
    "DROP_AFTER", "DROP_BEFORE", "Sent", "Step", "exolve", "http", "http_after", "late", "refused", "smsaero",
    "smsc", "smsru", "smtp", "text",
]  # fmt: skip
