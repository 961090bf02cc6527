"""`python -m loyalty …`: the command line."""

import gc
import sys


def run() -> int:
    """The command's exit code; Ctrl+C is one line even while the libraries are still being loaded."""
    gc.set_threshold(100_000, 50, 100)  # millions of small rows, no cycles: looking for them costs a tenth
    try:
        from loyalty.cli import main

        gc.freeze()  # the libraries stay, and need no looking through
        return main(sys.argv[1:])
    except KeyboardInterrupt:
        print("Прервано. Что не успело закончиться, не записано", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(run())
