"""Whom a campaign reaches: from everyone to who gets it, each step with the people it leaves out (M7).

Before the launch it is shown, at the launch it is written down: one computation, so that both are the same.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sqlalchemy import func, select
from sqlmodel import Session

from loyalty import db, settings
from loyalty.messages.consent.permission import Permission, Person
from loyalty.messages.reasons import shared
from loyalty.messages.results.effect import lots
from loyalty.messages.writing.draft import Draft
from loyalty.messages.writing.text import SMS, Template, Unfilled
from loyalty.messages.writing.values import Values, values
from loyalty.models import campaigns, customers, messages
from loyalty.models.people import is_herself
from loyalty.segments import stored as segments
from loyalty.segments.evaluating import Evaluator
from loyalty.sms import parts

WHOLE = 100
STEPS = (
    "erased", "no_phone", "no_email", "not_mobile", "no_consent", "opted_out", "too_often", "empty_value",
    "too_long", "same_address", "same_email", "holdout", "control",
)  # fmt: skip
"""Reasons of messages.reasons in the order in which people are left out; everybody for the first that is hers."""


def place(reason: str) -> int:
    """Where people are left out for a reason; after all others for one that came up later than the launch."""
    return STEPS.index(reason) if reason in STEPS else len(STEPS)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody of the audience: what she would get and where, or with a `reason` why she gets nothing."""

    id: int
    address: str
    reason: str = ""
    text: str = ""
    subject: str = ""
    parts: int = 0
    consent_id: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the funnel: whom it leaves out, and how many are left after it."""

    reason: str
    out: Sequence[Recipient]
    left: int


@dataclass(frozen=True)
class Audience:
    """How many customers there are, and everybody who was chosen of them."""

    everyone: int
    people: Sequence[Recipient]

    @cached_property
    def reached(self) -> list[Recipient]:
        """Who will get it."""
        return [one for one in self.people if not one.reason]

    @cached_property
    def steps(self) -> list[Step]:
        """The steps that leave anybody out, in order."""
        out: dict[str, list[Recipient]] = {}
        for one in self.people:
            if one.reason:
                out.setdefault(one.reason, []).append(one)
        left, found = len(self.people), []
        for reason in sorted(out, key=place):
            left -= len(out[reason])
            found.append(Step(reason, out[reason], left))
        return found

    def of(self, reason: str) -> list[Recipient]:
        """Whom a step leaves out; without a reason who will get it."""
        return [one for one in self.people if one.reason == reason]


class Chosen(NamedTuple):
    """How many customers there are, and whether each of those who were chosen may be written to."""

    everyone: int
    people: Sequence[Person]


def found(session: Session, draft: Draft, seed: str, now: datetime) -> Audience:
    """The audience of a campaign at a moment (UTC), by the customers' figures as they are stored.

    Problems where its text can't be sent, Refused where a segment can't be evaluated, NotFound where it is gone.
    """
    return decided(session, draft, seed, now, chosen(session, draft, now))


def chosen(session: Session, draft: Draft, now: datetime) -> Chosen:
    """Who is asked about, whatever the text is."""
    ids = members(session, draft, settings.shop_time(session, now).date()).tolist()
    everyone = session.connection().scalar(select(func.count()).where(is_herself)) or 0
    known = Permission(session, draft.channel, draft.is_advertising, now).people(ids)
    return Chosen(everyone, [known[id_] for id_ in ids])


def may_get(whom: Chosen) -> list[int]:
    """Whose texts are looked at: one phone is before the control group in the order of steps."""
    return [one.id for one in whom.people if one.reason in ("", "holdout")]


def decided(
    session: Session,
    draft: Draft,
    seed: str,
    now: datetime,
    whom: Chosen,
    known: Mapping[int, Values] | None = None,
) -> Audience:
    """The audience out of who was chosen: texts, one phone once, the control group.

    `known` are the values of whoever may get it, where they were asked for before.
    """
    ids, template, subject = may_get(whom), draft.template, draft.subject_template
    if known is None:
        texts = rendered(session, template, subject, ids, settings.shop_time(session, now).date())
    else:
        texts = filled(template, subject, ids, known)
    return Audience(whom.everyone, _decided(session, draft, seed, now, whom.people, texts))


def members(session: Session, draft: Draft, today: date) -> npt.NDArray[np.int64]:
    """Who is in the segment (everybody without one), and in none of those left out; the smallest id first."""
    saved = segments.questions(session)
    evaluator = Evaluator(session, today, saved)
    asked = [segments.get(session, name).tree for name in (draft.segment, *draft.minus) if name is not None]
    evaluator.prepare(asked)
    inside = evaluator.mask(asked.pop(0)) if draft.segment is not None else evaluator.everybody
    for tree in asked:
        inside = inside & ~evaluator.mask(tree)
    return np.flatnonzero(inside)


def _decided(
    session: Session,
    draft: Draft,
    seed: str,
    now: datetime,
    people: Sequence[Person],
    texts: Mapping[int, "Written"],
) -> list[Recipient]:
    """Everybody in the order of `people`, with the first reason that she gets nothing."""
    ready = [one for one in people if one.id in texts and not texts[one.id].reason]
    doubled = _doubled(session, ready)
    control = _control(session, draft, seed, now, (one.id for one in ready))
    return [
        _recipient(one, texts.get(one.id), shared(one.address) if one.id in doubled else "", one.id in control)
        for one in people
    ]


def _recipient(one: Person, written: "Written | None", doubled: str, is_control: bool) -> Recipient:
    early = "" if one.reason == "holdout" else one.reason
    late = doubled or one.reason or ("control" if is_control else "")
    reason = early or (written.reason if written else "") or late
    if reason or written is None:
        return Recipient(one.id, one.address, reason)
    return Recipient(one.id, one.address, "", written.text, written.subject, written.parts, one.consent_id)


# --- Texts ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Written:
    """A text with a customer's values in it, or the reason that there is none."""

    text: str = ""
    subject: str = ""
    parts: int = 0
    reason: str = ""


def rendered(
    session: Session,
    template: Template,
    subject: Template | None,
    ids: Sequence[int],
    today: date,
    ahead: Mapping[int, Values] = MappingProxyType({}),
) -> dict[int, Written]:
    """What each of these customers would get; `ahead` are values that will be hers by then."""
    names = asked(template, subject)
    known = values(session, ids, today, names, template.channel) if names else {}
    known |= {id_: {**known.get(id_, {}), **hers} for id_, hers in ahead.items()}
    return filled(template, subject, ids, known)


def filled(
    template: Template, subject: Template | None, ids: Sequence[int], known: Mapping[int, Values]
) -> dict[int, Written]:
    """What each of them would get by the values that are `known` of her."""
    if not asked(template, subject):
        return dict.fromkeys(ids, _written(template, subject, {}))
    return {id_: _written(template, subject, known[id_]) for id_ in ids}


def asked(template: Template, subject: Template | None) -> frozenset[str]:
    """The placeholders of a text and its subject."""
    return template.names | (subject.names if subject else frozenset())


def _written(template: Template, subject: Template | None, hers: Mapping[str, str]) -> Written:
    try:
        text = template.rendered(hers)
        return Written(text, subject.rendered(hers) if subject else "", parts_of(text, template.channel))
    except Unfilled as why:
        return Written(reason=why.reason)


def parts_of(text: str, channel: str) -> int:
    """How many paid parts a text is: SMS, or one e-mail."""
    return parts.count(text).parts if channel == SMS else 1


# --- One phone once, and the control group ----------------------------------------------------------------


def _doubled(session: Session, people: Sequence[Person]) -> set[int]:
    """Who shares an address and gives way: to one of the shop's control group, else to who bought last."""
    shared = {address for address, count in Counter(map(_place, people)).items() if count > 1}
    rivals = [one for one in people if _place(one) in shared]
    bought = _last_purchases(session, [one.id for one in rivals])
    first: dict[str, int] = {}
    for one in sorted(rivals, key=lambda one: (one.reason != "holdout", -bought.get(one.id, 0), one.id)):
        first.setdefault(_place(one), one.id)
    return {one.id for one in rivals if first[_place(one)] != one.id}


def _place(one: Person) -> str:
    return one.address.casefold()


def _last_purchases(session: Session, ids: Sequence[int]) -> dict[int, int]:
    c = customers.c
    query = select(c.id, c.last_purchase_on).where(db.among(session, c.id, ids), c.last_purchase_on.is_not(None))
    return {id_: day.toordinal() for id_, day in session.connection().execute(query)} if ids else {}


def _control(session: Session, draft: Draft, seed: str, now: datetime, ids: Iterable[int]) -> set[int]:
    """Who is left without it, to compare with: by a hash, so that a copy of the campaign leaves the same people.

    Those whom this campaign, or the one it is a copy of, left so stay so while its window lasts.
    """
    known = list(ids)
    drawn = np.flatnonzero(lots(seed, known) * WHOLE < draft.control_percent)
    return {known[at] for at in drawn} | set(_left_before(session, seed, now))


def _left_before(session: Session, seed: str, now: datetime) -> list[int]:
    m, c = messages.c, campaigns.c
    today = settings.shop_time(session, now).date()
    kin = session.connection().execute(select(c.id, c.launched_at, c.window_days).where(c.seed == seed))
    open_ids = [
        id_
        for id_, launched_at, window_days in kin
        if launched_at and (today - settings.shop_time(session, launched_at).date()).days <= window_days
    ]
    query = select(m.customer_id).where(m.campaign_id.in_(open_ids), m.reason == "control")
    return list(session.connection().scalars(query)) if open_ids else []
