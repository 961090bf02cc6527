"""People: who they are, by what they are known, what they agreed to, and who turned out to be one person."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Index, func, text
from sqlmodel import Field, SQLModel

from loyalty.models.columns import IDS_ONCE, kopecks, series, table

# Most customers have a code and are themselves: what is rare costs an index nothing.
CODELESS = text("code IS NULL")
CHOSEN = text("named_id IS NOT NULL")
JOINED = text("joined_to IS NOT NULL")
EMPTY = {"server_default": text("''")}


class Customer(SQLModel, table=True):
    """A person, and her figures as of Setting «figures_on», refreshed from entries."""

    __tablename__ = "customers"
    __table_args__ = (
        Index("customers_joined", "joined_to", sqlite_where=JOINED, postgresql_where=JOINED),
        IDS_ONCE,
    )

    id: int | None = Field(default=None, primary_key=True)
    joined_to: int | None = Field(default=None, foreign_key="customers.id")  # she is that customer
    external_id: str | None = Field(default=None, unique=True)  # 1C's code, and the signs to show: see Identity
    card: str | None = None
    phone: str | None = Field(default=None, index=True)  # +7XXXXXXXXXX
    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""
    birth_date: date | None = Field(default=None, index=True)
    sex: str | None = None  # "f", "m"
    email: str | None = None
    city: str | None = None
    street: str | None = None
    house: str | None = None
    comment: str | None = None
    source: str | None = None
    registered_on: date | None = None
    search: str = ""  # lower case name, all her phones, cards and codes
    act_id: int = Field(foreign_key="acts.id")  # who registered her
    updated_at: datetime

    level: str = ""
    rate: int = 0  # basis points
    turnover: int = Field(default=0, sa_column=kopecks(index=True))
    receipts_count: int = 0
    receipts_sum: int = Field(default=0, sa_column=kopecks())
    returns_count: int = 0
    returns_sum: int = Field(default=0, sa_column=kopecks())
    last_purchase_on: date | None = Field(default=None, index=True)
    purchases_count: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})  # not returned in full
    available: int = Field(default=0, sa_column=kopecks(index=True))
    pending: int = Field(default=0, sa_column=kopecks())
    spent: int = Field(default=0, sa_column=kopecks())
    came_back: int = Field(default=0, sa_column=kopecks())
    burned: int = Field(default=0, sa_column=kopecks())
    debt: int = Field(default=0, sa_column=kopecks())
    next_burn_on: date | None = Field(default=None, index=True)
    next_burn: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))


class Relative(SQLModel, table=True):
    """Somebody whose birthday the customer cares about."""

    __tablename__ = "relatives"
    __table_args__ = IDS_ONCE

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customers.id", index=True)
    relation: str
    name: str = ""
    birth_date: date


class Identity(SQLModel, table=True):
    """A sign by which a customer is known: a code, a card or a phone, from a day until a day where that was said.

    `is_derived`: it follows from documents without a code and is found anew whenever they change.
    """

    __tablename__ = "identities"
    __table_args__ = (Index("identities_by_value", "kind", "value"), IDS_ONCE)

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customers.id", index=True)
    kind: str  # "code", "card", "phone"
    value: str
    since: date | None = None
    until: date | None = None  # the first day on which it is hers no more
    is_derived: bool = False
    act_id: int = Field(foreign_key="acts.id")
    ended_act_id: int | None = Field(default=None, foreign_key="acts.id")


class Mention(SQLModel, table=True):
    """How documents name a customer; `customer_id` is whom that means, null while it can't be decided."""

    __tablename__ = "mentions"
    __table_args__ = (
        Index("mentions_by_card", "card", sqlite_where=CODELESS, postgresql_where=CODELESS),
        Index("mentions_by_phone", "phone", sqlite_where=CODELESS, postgresql_where=CODELESS),
        Index("mentions_by_choice", "named_id", sqlite_where=CHOSEN, postgresql_where=CHOSEN),
        IDS_ONCE,
    )

    id: int | None = Field(default=None, primary_key=True)
    said: str = Field(unique=True)  # all below as one text
    code: str | None = None
    card: str | None = None
    phone: str | None = None
    name: str = ""
    named_id: int | None = Field(default=None, foreign_key="customers.id")  # chosen by a person, not by a sign
    customer_id: int | None = Field(default=None, foreign_key="customers.id", index=True)


class Answer(SQLModel, table=True):
    """Whose document it is, as a person said: it holds for all its revisions. The latest one counts."""

    __tablename__ = "answers"
    __table_args__ = (Index("answers_of_document", "kind", "number", "shop", "year"), IDS_ONCE)

    id: int | None = Field(default=None, primary_key=True)
    kind: str  # "receipt", "return"
    number: str
    shop: str
    year: int
    series: str = series()
    customer_id: int | None = Field(default=None, foreign_key="customers.id")  # null: ask again
    mention_id: int | None = Field(default=None, foreign_key="mentions.id")  # what the document itself says
    act_id: int = Field(foreign_key="acts.id")


class Join(SQLModel, table=True):
    """One person who came as two: `gone_id` is `into_id`, until that is undone."""

    __tablename__ = "joins"
    __table_args__ = IDS_ONCE

    id: int | None = Field(default=None, primary_key=True)
    gone_id: int = Field(foreign_key="customers.id", index=True)
    into_id: int = Field(foreign_key="customers.id", index=True)
    act_id: int = Field(foreign_key="acts.id")
    undone_act_id: int | None = Field(default=None, foreign_key="acts.id")


class Apart(SQLModel, table=True):
    """Two customers who look alike and are not one, as a person said; the smaller id first."""

    __tablename__ = "aparts"

    one_id: int = Field(foreign_key="customers.id", primary_key=True)
    other_id: int = Field(foreign_key="customers.id", primary_key=True)
    act_id: int = Field(foreign_key="acts.id")


class Consent(SQLModel, table=True):
    """She agreed to messages, or took that back: when, how, to which text, where, and what proves it."""

    __tablename__ = "consents"
    __table_args__ = IDS_ONCE

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customers.id", index=True)
    channel: str = "sms"  # "sms", "email", "personal_data"
    is_given: bool
    at: datetime
    wording: str = ""
    place: str = ""
    proof: str = ""
    method: str = Field(default="", sa_column_kwargs=EMPTY)  # a key of customers.consents.METHODS
    address: str = Field(default="", sa_column_kwargs=EMPTY)  # the phone or e-mail she had then
    text_id: int | None = Field(default=None, foreign_key="consent_texts.id")
    act_id: int = Field(foreign_key="acts.id")


class Forgotten(SQLModel, table=True):
    """A sign of somebody whose data were destroyed, as a hash: documents that name it are of nobody known."""

    __tablename__ = "forgotten"

    hash: str = Field(primary_key=True)
    customer_id: int = Field(foreign_key="customers.id", index=True)


customers = table(Customer)
relatives = table(Relative)
identities = table(Identity)
mentions = table(Mention)
answers = table(Answer)
joins = table(Join)
aparts = table(Apart)
consents = table(Consent)
forgotten = table(Forgotten)

joined_root = func.coalesce(customers.c.joined_to, customers.c.id)
"""The customer that a row of customers is: herself, or whom she was joined to."""

is_herself = customers.c.joined_to.is_(None)
"""Of those who turned out to be one person only the one who stays: what lists, counts and figures ask for."""
