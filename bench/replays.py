"""A long life replayed: `python -m bench.replays REPEATS` prints processor seconds by kind, as JSON, in turn."""

import gc
import json
import sys
import time
from collections import defaultdict
from datetime import date, datetime, timedelta

from loyalty.engine.entries import Line, Receipt
from loyalty.engine.replay import replay
from loyalty.program.terms import Program, Programs

SHORT, LONG = 5_000, 20_000  # receipts of one customer
EVERY = timedelta(hours=7)
PAYS = 20
FIRST = datetime(2006, 1, 10, 12)


def life(receipts: int, pays: int) -> list[Receipt]:
    """So many receipts of one full-price line, each partly paid with bonuses, or none."""
    return [
        Receipt(i, f"{i:06}", FIRST + EVERY * i, pays if i else 0, [Line("A", 1000, 1000 + i, True)])
        for i in range(receipts)
    ]


def main(repeats: int) -> None:
    gc.set_threshold(100_000, 50, 100)  # as the command line does
    programs = Programs([(date.min, Program())])
    lives = {"short": life(SHORT, 0), "long": life(LONG, 0), "paying": life(LONG, PAYS)}
    spent = defaultdict(list)
    for _ in range(repeats):
        for name, facts in lives.items():
            started = time.process_time()
            replay(facts, programs)
            spent[name].append(time.process_time() - started)
    print(json.dumps(spent))


if __name__ == "__main__":
    main(int(sys.argv[1]))
