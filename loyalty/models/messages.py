"""Messages: what was sent to whom by which campaign or trigger, through which gateway, and what is held back.

Moments are UTC by the product's clock; sums kopecks.
"""

from datetime import date, datetime

from pydantic import NaiveDatetime
from sqlalchemy import BigInteger, Column, Index, UniqueConstraint, text
from sqlalchemy.types import JSON
from sqlmodel import Field, SQLModel

from loyalty.models.columns import IDS_ONCE, table

ADDRESSED = text("campaign_id IS NOT NULL AND queued_at IS NOT NULL")
FIRED = text("trigger_id IS NOT NULL")
WAITING = text("status = 'queued'")
UNDER_WAY = text("status IN ('sending', 'sent', 'unknown')")
UNANSWERED = text("answered_at IS NULL")
ADVERTISED = text("is_advertising AND effective_at IS NOT NULL")


class Campaign(SQLModel, table=True):
    """A message to an audience, by hand; who gets it is frozen at launch, as rows of messages."""

    __tablename__ = "campaigns"
    __table_args__ = IDS_ONCE

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    segment_id: int | None = None  # everybody without one; it may be deleted after the launch
    minus: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))  # segments' ids
    audience: str = ""  # in words, as it was at launch
    channel: str = "sms"  # "sms", "email"
    subject: str = ""  # of an e-mail
    text: str
    at: NaiveDatetime | None = None  # the shop's time; without it: at once
    control_percent: int = 0
    is_advertising: bool = True
    window_days: int = 14
    is_latin: bool = False  # an SMS goes in Latin letters: fewer parts
    status: str = "draft"  # draft, scheduled, asking, sending, paused, done, stopped
    why: str = ""  # it is paused, stopped or asks: a sentence
    launched_at: datetime | None = Field(default=None, index=True)
    finished_at: datetime | None = None
    seed: str = ""  # of the control group's hash
    changed_at: datetime
    act_id: int = Field(foreign_key="acts.id")
    launch_act_id: int | None = Field(default=None, foreign_key="acts.id")


class Trigger(SQLModel, table=True):
    """A message by an event; off until somebody switches it on."""

    __tablename__ = "triggers"
    __table_args__ = IDS_ONCE

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    event: str
    days: int = 0  # before the event (negative), or after it
    segment_id: int | None = Field(default=None, foreign_key="segments.id")
    channel: str = "sms"
    subject: str = ""
    text: str
    hours_from: str = "10:00"
    hours_to: str = "20:00"
    is_advertising: bool = True
    pause_days: int = 0  # not again to the same person within so many days
    gift: dict | None = Field(default=None, sa_column=Column(JSON, nullable=True))  # type: ignore[type-arg]
    is_ready_made: bool = False
    done_on: date | None = None  # every day until then has fired
    changed_at: datetime
    deleted_at: datetime | None = None  # what it sent is kept
    act_id: int = Field(foreign_key="acts.id")


class Switch(SQLModel, table=True):
    """A trigger was switched on or off: by whom and when; the latest one holds."""

    __tablename__ = "switches"
    __table_args__ = IDS_ONCE

    id: int | None = Field(default=None, primary_key=True)
    trigger_id: int = Field(foreign_key="triggers.id", index=True)
    is_on: bool
    at: datetime
    act_id: int = Field(foreign_key="acts.id")


class Message(SQLModel, table=True):
    """One message to one customer, or why there is none: a row for everybody of the audience, one an occurrence.

    `queued_at` is null for whom it was decided beforehand that she gets nothing. Nobody gets two of a campaign, not
    even as two customers of one phone. The row is what was sent for ever; a try before this one is in `attempts`.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("campaign_id", "customer_id"),
        Index(
            "messages_once", "campaign_id", "address",
            unique=True, sqlite_where=ADDRESSED, postgresql_where=ADDRESSED,
        ),
        Index(
            "messages_fired", "trigger_id", "customer_id", "occurrence",
            unique=True, sqlite_where=FIRED, postgresql_where=FIRED,
        ),
        Index("messages_waiting", "campaign_id", "due_at", "id", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("messages_under_way", "poll_at", sqlite_where=UNDER_WAY, postgresql_where=UNDER_WAY),
        Index("messages_of_customer", "customer_id", "is_advertising", "sent_at"),
        Index("messages_by_gateway", "gateway_id"),
        Index("messages_batch", "batch_id"),
        # All that attribution asks of them.
        Index(
            "messages_effective", "effective_at", "customer_id", "campaign_id", "trigger_id", "is_advertising",
            sqlite_where=ADVERTISED, postgresql_where=ADVERTISED,
        ),
        IDS_ONCE,
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    campaign_id: int | None = Field(default=None, foreign_key="campaigns.id")
    trigger_id: int | None = Field(default=None, foreign_key="triggers.id")
    occurrence: str = ""  # which one of the trigger's event it is: once each
    customer_id: int = Field(foreign_key="customers.id")
    channel: str
    address: str  # +7XXXXXXXXXX, or an e-mail; empty where she has none
    is_advertising: bool
    subject: str = ""
    text: str = ""
    parts: int = 0
    status: str  # queued, sending, sent, delivered, failed, unknown, skipped, cancelled
    reason: str = ""  # a key of messages.reasons
    detail: str = ""  # what the gateway said
    queued_at: datetime | None = None
    due_at: datetime | None = None  # not before
    stale_at: datetime | None = None  # not after
    attempt: int = 0
    batch_id: int | None = Field(default=None, foreign_key="batches.id")
    sent_at: datetime | None = None  # the gateway took it
    delivered_at: datetime | None = None
    effective_at: datetime | None = None  # delivered, or sent where the channel never says (rules.md §20)
    status_at: datetime | None = None  # by the gateway's clock: an older status changes nothing
    poll_at: datetime | None = None  # when to ask the gateway next
    gateway_id: str = ""
    cost: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    consent_id: int | None = Field(default=None, foreign_key="consents.id")  # relied on
    grant_id: int | None = Field(default=None, foreign_key="grants.id")  # the trigger's gift


class Batch(SQLModel, table=True):
    """One request to a gateway: claimed by a worker before it calls, and under which id the gateway knows it."""

    __tablename__ = "batches"
    __table_args__ = (
        Index("batches_open", "id", sqlite_where=UNANSWERED, postgresql_where=UNANSWERED),
        IDS_ONCE,
    )

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(unique=True)  # 1…2147483647, drawn: a restored copy repeats none
    gateway: str
    worker: str
    claimed_at: datetime  # by the machine's clock: for so long its request may be under way
    answered_at: datetime | None = None


class Attempt(SQLModel, table=True):
    """A try of a message that ended, before it was tried again: by the reserve, or at the owner's word."""

    __tablename__ = "attempts"
    __table_args__ = IDS_ONCE

    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="messages.id", index=True)
    attempt: int
    batch_id: int | None = Field(default=None, foreign_key="batches.id")
    text: str
    status: str
    reason: str
    detail: str = ""
    sent_at: datetime | None = None
    gateway_id: str = ""
    cost: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))


class Gateway(SQLModel, table=True):
    """How a channel's messages leave: the first in order, and its reserves."""

    __tablename__ = "gateways"
    __table_args__ = (UniqueConstraint("channel", "kind"), IDS_ONCE)

    id: int | None = Field(default=None, primary_key=True)
    channel: str
    kind: str  # a key of sms.GATEWAYS
    place: int = 0  # 0 sends; 1 is tried for what surely was not accepted
    key: str = ""  # never shown
    sender: str = ""
    url: str = ""  # elsewhere than the provider's own
    price: int | None = Field(
        default=None, sa_column=Column(BigInteger, nullable=True)
    )  # a part, where it tells none
    balance: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    asked_at: datetime | None = None  # when that was
    trouble: str = ""  # why nothing leaves: a sentence
    trouble_at: datetime | None = None
    hook: str = ""  # a secret part of the address that the provider calls back


class Holdout(SQLModel, table=True):
    """The shop's lasting control group: no advertising reaches it, so that all messages are measured."""

    __tablename__ = "holdouts"
    __table_args__ = IDS_ONCE

    id: int | None = Field(default=None, primary_key=True)
    percent: int
    seed: str
    began_on: date
    ended_on: date | None = None
    cap: int = Field(sa_column=Column(BigInteger, nullable=False))  # of revenue
    act_id: int = Field(foreign_key="acts.id")


class HoldoutMember(SQLModel, table=True):
    """Who takes part, in the control group or not, and her stratum; drawn once."""

    __tablename__ = "holdout_members"
    __table_args__ = {"sqlite_with_rowid": False}

    holdout_id: int = Field(foreign_key="holdouts.id", primary_key=True)
    customer_id: int = Field(foreign_key="customers.id", primary_key=True)
    stratum: int
    is_control: bool
    since: date


class ConsentText(SQLModel, table=True):
    """A text that people agree to, one version of it: never changed, followed by another."""

    __tablename__ = "consent_texts"
    __table_args__ = IDS_ONCE

    id: int | None = Field(default=None, primary_key=True)
    purpose: str  # "personal_data", "sms", "email"
    version: int
    text: str
    sha256: str
    since: datetime
    act_id: int = Field(foreign_key="acts.id")


class Suppression(SQLModel, table=True):
    """An address that is written to no more, though whose it was is forgotten: its hash (law.md §2)."""

    __tablename__ = "suppressions"

    hash: str = Field(primary_key=True)
    at: datetime
    source: str


class Erasure(SQLModel, table=True):
    """A person's data destroyed on her request: the act to print names nobody."""

    __tablename__ = "erasures"
    __table_args__ = IDS_ONCE

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customers.id", index=True)
    at: datetime
    asked_on: date | None = None
    reason: str = ""
    destroyed: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    act_id: int = Field(foreign_key="acts.id")


campaigns = table(Campaign)
triggers = table(Trigger)
switches = table(Switch)
messages = table(Message)
batches = table(Batch)
attempts = table(Attempt)
gateways = table(Gateway)
holdouts = table(Holdout)
holdout_members = table(HoldoutMember)
consent_texts = table(ConsentText)
suppressions = table(Suppression)
erasures = table(Erasure)
