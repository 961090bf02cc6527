"""The command line: what is asked, one line for what went wrong, and the exit code."""

import os
import sqlite3
import sys
from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError

from loyalty import db
from loyalty.cli.arguments import parse
from loyalty.errors import LoyaltyError
from loyalty.system_words import database_error, os_error


def main(arguments: Sequence[str]) -> int:
    """Run one command; its exit code (contract.md). What went wrong is one line on stderr."""
    for stream in (sys.stdout, sys.stderr):  # a Windows console has its own idea of letters
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    options = parse(arguments)
    try:
        if options.migrates:
            db.migrate()
        code: int = options.run(options)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # whoever read us has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except LoyaltyError as error:
        print(" ".join(str(error).splitlines()), file=sys.stderr)  # a name of a file may have two lines
    except OSError as error:
        print(os_error(error), file=sys.stderr)
    except (sqlite3.Error, SQLAlchemyError) as error:
        print(database_error(error), file=sys.stderr)
    failed: int = options.failed
    return failed
