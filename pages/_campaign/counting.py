"""Who a campaign in the editor reaches and for how much: asked anew only where that may have changed.

All is kept until something is written. What is typed changes the texts, and neither who was asked about nor what
stands in for the placeholders.
"""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from loyalty import db, settings
from loyalty.messages import audience
from loyalty.messages.audience import Audience, Chosen, Recipient
from loyalty.messages.campaigns import Draft
from loyalty.messages.writing import pricing, values
from loyalty.messages.writing.pricing import Price
from loyalty.messages.writing.values import Values
from loyalty.reports.segments.listed import Mark


@st.cache_resource(show_spinner=False, max_entries=4)
def _chosen(known: Mark, whom: Draft) -> Chosen:
    with db.reading() as session:
        return audience.chosen(session, whom, settings.now(settings.timezone(session)))


@st.cache_resource(show_spinner=False, max_entries=4)
def _values(known: Mark, whom: Draft, names: tuple[str, ...]) -> Mapping[int, Values]:
    ids = audience.may_get(_chosen(known, whom))
    with db.reading() as session:
        return values.values(session, ids, settings.today(session), names, whom.channel) if names else {}


@st.cache_resource(show_spinner=False, max_entries=4)
def counted(known: Mark, draft: Draft, seed: str) -> tuple[Audience, Price]:
    """Who will get it, and for how much."""
    whom, names = _whom(draft), tuple(sorted(audience.asked(draft.template, draft.subject_template)))
    people, told = _chosen(known, whom), _values(known, whom, names)
    with db.reading() as session:
        now = settings.now(settings.timezone(session))
        found = audience.decided(session, draft, seed, now, people, told)
        return found, pricing.of(session, draft.channel, found.reached)


def _whom(draft: Draft) -> Draft:
    """What decides who is asked about."""
    whom = Draft("", "", draft.segment, draft.minus, draft.channel)
    return replace(whom, is_advertising=draft.is_advertising)


def at_once(known: Mark, draft: Draft, last: int | None) -> Recipient | None:
    """What one customer would read, before all are counted: whom one looked at `last`, else the first who may."""
    may = [one for one in _chosen(known, _whom(draft)).people if not one.reason]
    one = next((one for one in may if one.id == last), may[0] if may else None)
    if one is None:
        return None
    with db.reading() as session:
        texts = audience.rendered(
            session, draft.template, draft.subject_template, [one.id], settings.today(session)
        )
    hers = texts[one.id]
    if hers.reason:
        return None
    return Recipient(one.id, one.address, "", hers.text, hers.subject, hers.parts, one.consent_id)
