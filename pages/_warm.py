"""What the first visitor would else wait for, done while the server starts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from pathlib import Path

from loyalty import db
from loyalty.errors import LoyaltyError
from loyalty.reports import shop as shop_report


@asynccontextmanager
async def warmed(_app: object) -> AsyncIterator[None]:
    """The server answers once the modules of all pages are loaded and the database was asked."""
    for path in sorted(Path(__file__).parent.glob("_*.py")):
        import_module(f"pages.{path.stem}")
    with suppress(LoyaltyError), db.reading() as session:  # whoever comes is told
        shop_report.mark(session)
        shop_report.state(session)
    yield
