"""`campaign`: added from JSON files, launched, listed, paused, resumed, stopped."""

from argparse import Namespace
from collections import Counter
from typing import Any

from sqlmodel import Session

from loyalty import acts, db, settings, wording
from loyalty.cli.telling import DONE, print_json
from loyalty.messages import campaigns
from loyalty.messages.campaigns import Saved
from loyalty.messages.campaigns.counting import counted
from loyalty.messages.reasons import words


def add(options: Namespace) -> int:
    """A new campaign out of a file; with --start it goes at once, or at its time."""
    with db.writing() as session:
        draft = campaigns.from_file(options.file, settings.timezone(session))
        act, now = acts.begin(session, acts.Origin.SCREEN), settings.now(settings.timezone(session))
        campaigns.add(session, draft, act, now)
        if options.start:
            campaigns.launch(session, draft.name, act, now)
    return _tell(options, draft.name)


def show_all(options: Namespace) -> int:
    """Every campaign: its status and how many got it."""
    with db.reading() as session:
        told = [_told(session, one) for one in campaigns.everything(session)]
    if options.json:
        print_json({"campaigns": told})
        return DONE
    for one in told:
        _print(one)
    if not told:
        print("Рассылок пока нет")
    return DONE


def show(options: Namespace) -> int:
    """One campaign."""
    return _tell(options, options.name)


def pause(options: Namespace) -> int:
    """Nothing more is sent until it is resumed."""
    with db.writing() as session:
        campaigns.pause(session, options.name)
    return _tell(options, options.name)


def resume(options: Namespace) -> int:
    """Go on where it was paused; one that asks goes now."""
    with db.writing() as session:
        now = settings.now(settings.timezone(session))
        if campaigns.get(session, options.name).status == campaigns.ASKING:
            campaigns.launch(session, options.name, acts.begin(session, acts.Origin.SCREEN), now)
        else:
            campaigns.resume(session, options.name, now)
    return _tell(options, options.name)


def stop(options: Namespace) -> int:
    """Who has not got it will not."""
    with db.writing() as session:
        campaigns.stop(session, options.name)
    return _tell(options, options.name)


def _tell(options: Namespace, name: str) -> int:
    with db.reading() as session:
        told = _told(session, campaigns.get(session, name))
    if options.json:
        print_json(told)
    else:
        _print(told)
    return DONE


def _told(session: Session, one: Saved) -> dict[str, Any]:
    """A campaign with its messages by status, and why some got none."""
    by_status, reasons = counted(session, one.id)
    launched = one.launched_at and settings.shop_time(session, one.launched_at)
    return {
        **one.draft.as_json(),
        "status": one.status,
        "why": one.why or None,
        "launched_at": launched and launched.isoformat(),
        "recipients": sum(by_status.values()) - by_status["skipped"],
        "messages": dict(by_status),
        "reasons": dict(reasons),
    }


def _print(one: dict[str, Any]) -> None:
    status, why = campaigns.STATUSES[one["status"]], one["why"]
    print(f"«{one['name']}»: {status}{f' — {why}' if why else ''}")
    said = Counter(one["messages"])
    if said:
        listed = [(name, said[status]) for status, name in _STATUSES.items() if said[status]]
        print(f"  {', '.join(f'{name}: {wording.number(count)}' for name, count in listed)}")
    for reason, count in one["reasons"].items():
        print(f"  {words(reason)}: {wording.number(count)}")


_STATUSES = {
    "queued": "ждут отправки",
    "sending": "отправляются",
    "sent": "отправлено",
    "delivered": "доставлено",
    "failed": "не доставлено",
    "unknown": "неизвестно",
    "skipped": "не получат",
    "cancelled": "отменено",
}
