"""How a command answers: its exit codes (contract.md), and one JSON object for programs."""

import json
from typing import Any

DONE, SOME_REJECTED, UNUSABLE = 0, 1, 2
AGREES, DIFFERS = 0, 1
NOT_EMPTY = 2


def print_json(value: dict[str, Any]) -> None:
    """The answer for programs, on one line."""
    print(json.dumps(value, ensure_ascii=False))
