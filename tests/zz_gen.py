"""Scratch."""
import os
from collections import Counter
from pathlib import Path
from tests.test_any_file import verdict
def test_it(tmp_path: Path, migrated_sqlite: Path) -> None:
    seeds=[]
    for part in os.environ["SEEDS"].split(","):
        a, _, b = part.partition("-")
        seeds += range(int(a), int(b or int(a)+1))
    found = [verdict(seed, tmp_path, migrated_sqlite) for seed in seeds]
    with open("/tmp/w/gen.out", "a") as out:
        print(Counter(one.what for one in found), file=out)
        for one in found:
            s=one.shape
            if one.what != "верно":
                print(one.seed, one.what, [s.layout,s.returns,s.sign,s.document,s.identity,s.totals,s.doc_total,s.dates,'dec'+s.decimal,'th'+s.thousands,s.twins,s.shuffled,s.top], one.why[:500], one.path, file=out)
