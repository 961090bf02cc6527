"""What we remember, a file per room.

Sums are kopecks, quantities thousandths, `at` of a document the shop's own time without a zone, times of our own
doings UTC.
"""

from loyalty.models.facts import (
    Article,
    Grant,
    Numbering,
    Product,
    Receipt,
    ReceiptLine,
    Return,
    ReturnedLine,
    ReturnLine,
    articles,
    grants,
    numberings,
    products,
    receipt_lines,
    receipts,
    return_lines,
    returned_lines,
    returns,
)
from loyalty.models.house import Act, ColumnMapping, Import, Run, Setting, acts, imports, runs, settings
from loyalty.models.ledger import Entry, ProgramVersion, entries, program_versions
from loyalty.models.people import (
    Answer,
    Apart,
    Consent,
    Customer,
    Identity,
    Join,
    Mention,
    Relative,
    answers,
    aparts,
    consents,
    customers,
    identities,
    joins,
    mentions,
    relatives,
)
from loyalty.models.segments import Membership, Segment, memberships, segments

__all__ = [
    "Act", "Answer", "Apart", "Article", "ColumnMapping", "Consent", "Customer", "Entry", "Grant", "Identity",
    "Import", "Join", "Membership", "Mention", "Numbering", "Product", "ProgramVersion", "Receipt", "ReceiptLine",
    "Relative", "Return", "ReturnLine", "ReturnedLine", "Run", "Segment", "Setting", "acts", "answers", "aparts",
    "articles", "consents", "customers", "entries", "grants", "identities", "imports", "joins", "memberships",
    "mentions", "numberings", "products", "program_versions", "receipt_lines", "receipts", "relatives",
    "return_lines", "returned_lines", "returns", "runs", "segments", "settings",
]  # fmt: skip
