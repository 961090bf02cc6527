"""`python -m loyalty …`: the command line."""

import sys


def run() -> int:
    """The command's exit code; Ctrl+C is one line even while the libraries are still being loaded."""
    try:
        from loyalty.cli import main

        return main(sys.argv[1:])
    except KeyboardInterrupt:
        print("Прервано. Что не успело закончиться, не записано", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(run())
