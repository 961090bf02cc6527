"""Campaigns: a message by hand to an audience, from a draft to the last recipient."""

from loyalty.messages.campaigns.launching import Launched, is_due, launch, start_due, unschedule
from loyalty.messages.campaigns.steering import (
    Reach,
    failed,
    mend,
    pause,
    resend,
    rest,
    resume,
    send_rest,
    stop,
    unsent,
)
from loyalty.messages.campaigns.stored import (
    ASKING,
    STATUSES,
    Saved,
    add,
    change,
    check,
    copy,
    delete,
    everything,
    get,
    names,
)
from loyalty.messages.writing.draft import CHANNELS, Draft, from_file, from_json

__all__ = [
    "ASKING", "CHANNELS", "STATUSES",
    "Draft", "Launched", "Reach", "Saved", "add", "change", "check", "copy", "delete", "everything",
    "failed", "from_file", "from_json", "get", "is_due", "launch", "mend", "names", "pause", "resend", "rest",
    "resume", "send_rest", "start_due", "stop", "unschedule", "unsent",
]  # fmt: skip
