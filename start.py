# -*- coding: utf-8 -*-
"""Sets the product up on a machine that has only Python, then runs its dashboard and its worker together.

    python3 start.py            set up, start, open the browser; Ctrl+C stops everything
    python3 start.py setup      only set up
    python3 start.py test ...   style, types and every test; what follows goes to pytest
    python3 start.py test --quick   the same without what is slow: a minute or two
    python3 start.py mutants    small mistakes made on purpose: those that no test notices are shown
    python3 start.py format     put the code in the house's style

Even the oldest Python can read this file, so that it can say what it lacks.
"""

from __future__ import unicode_literals

import sys

if sys.version_info < (3, 11):
    found = ".".join(str(part) for part in sys.version_info[:3])
    sentence = "Нужен Python 3.11 или новее, а здесь %s: установите новый с python.org.\n" % found
    sentence_bytes = sentence.encode(sys.stderr.encoding or "utf-8", "replace")
    getattr(sys.stderr, "buffer", sys.stderr).write(sentence_bytes)
    sys.exit(1)

from loyalty.launcher.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
