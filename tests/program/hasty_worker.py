"""worker.py that looks into its folder more often, for tests that would otherwise sit and wait for it."""

import sys

import worker
from loyalty.service import pulse

worker.INBOX_S = 1
pulse.BEAT_S = 1.0

if __name__ == "__main__":
    try:
        sys.exit(worker.main())
    except KeyboardInterrupt:
        sys.exit(0)
