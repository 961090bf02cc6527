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
from loyalty.models.messages import (
    Attempt,
    Batch,
    Campaign,
    ConsentText,
    Erasure,
    Gateway,
    Holdout,
    HoldoutMember,
    Message,
    Suppression,
    Switch,
    Trigger,
    attempts,
    batches,
    campaigns,
    consent_texts,
    erasures,
    gateways,
    holdout_members,
    holdouts,
    messages,
    suppressions,
    switches,
    triggers,
)
from loyalty.models.people import (
    Answer,
    Apart,
    Consent,
    Customer,
    Forgotten,
    Identity,
    Join,
    Mention,
    Relative,
    answers,
    aparts,
    consents,
    customers,
    forgotten,
    identities,
    joins,
    mentions,
    relatives,
)
from loyalty.models.segments import Crowd, Membership, Segment, crowds, memberships, segments

__all__ = [
    "Act", "Answer", "Apart", "Article", "Attempt", "Batch", "Campaign", "ColumnMapping", "Consent",
    "ConsentText", "Crowd", "Customer", "Entry", "Erasure", "Forgotten", "Gateway", "Grant", "Holdout",
    "HoldoutMember", "Identity", "Import", "Join", "Membership", "Mention", "Message", "Numbering", "Product",
    "ProgramVersion", "Receipt", "ReceiptLine", "Relative", "Return", "ReturnLine", "ReturnedLine", "Run",
    "Segment", "Setting", "Suppression", "Switch", "Trigger", "acts", "answers", "aparts", "articles",
    "attempts", "batches", "campaigns", "consent_texts", "consents", "crowds", "customers", "entries",
    "erasures", "forgotten", "gateways", "grants", "holdout_members", "holdouts", "identities", "imports",
    "joins", "memberships", "mentions", "messages", "numberings", "products", "program_versions",
    "receipt_lines", "receipts", "relatives", "return_lines", "returned_lines", "returns", "runs", "segments",
    "settings", "suppressions", "switches", "triggers",
]  # fmt: skip
