"""`python -m loyalty …`: the command line."""

import sys

from loyalty.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
