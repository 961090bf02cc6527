"""A trigger as a form: what the fields hold of it, and what was typed as a trigger."""

from datetime import time
from typing import Any

from loyalty import ui
from loyalty.messages.sending import limits
from loyalty.messages.triggers.events import EVENTS, Days
from loyalty.messages.triggers.terms import Gift, Terms
from loyalty.money import ROUBLE
from pages._trigger import fields
from pages._trigger.fields import AFTER, BEFORE, ON

NEW = Terms("", "birthday", "", days=0)


def begins(terms: Terms) -> dict[str, Any]:
    """What the fields hold of a trigger."""
    gift = terms.gift or Gift(0)
    return {
        "name": terms.name, "event": terms.event, "side": _side(terms.days), "days": abs(terms.days),
        "segment": terms.segment or "", "channel": terms.channel, "subject": terms.subject, "text": terms.text,
        "class": terms.is_advertising, "opens": limits.clock(terms.hours[0]),
        "closes": limits.clock(terms.hours[1]), "pause": terms.pause_days, "gift": terms.gift is not None,
        "sum": gift.amount / ROUBLE or None, "lifetime": gift.lifetime_days, "delay": gift.confirm_days,
    }  # fmt: skip


def _side(days: int) -> str:
    return ON if days == 0 else BEFORE if days < 0 else AFTER


def terms(form: ui.Form) -> Terms:
    """What was typed, unchecked."""
    event = EVENTS[form["event"]]
    days = int(form["days"] or 0)
    if event.days is Days.AROUND:
        days = {BEFORE: -days, ON: 0}.get(form["side"], days)
    gift = None
    if form["gift"] and event.gift_kind:
        gift = Gift(round((form["sum"] or 0) * ROUBLE), int(form["delay"] or 0), form["lifetime"])
    hours = (_hour(form["opens"]), _hour(form["closes"]))
    return Terms(
        form["name"] or "", event.name, form["text"] or "", days, form["segment"] or None, form["channel"],
        form["subject"] or "", hours, form["class"], int(form["pause"] or 0), gift,
    )  # fmt: skip


def _hour(at: time | None) -> str:
    return f"{at:%H:%M}" if at else ""


def show(form: ui.Form) -> None:
    """All fields, part by part."""
    with ui.section("Когда", height="content"):
        event = fields.when(form)
    with ui.section("Кому", height="content"):
        fields.whom(form, event)
    with ui.section("Что написать", height="content"):
        fields.what(form)
    with ui.section("Подарок", height="content"):
        fields.gift(form, event)
    with ui.section("Часы и частота", height="content"):
        fields.hours(form)
