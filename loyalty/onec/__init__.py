"""1C files: bytes become rows, rows become documents; `open_file` is the way in."""

from loyalty.onec.columns.catalogue import CUSTOMERS, FIELDS, SALES
from loyalty.onec.columns.plan import Mapping
from loyalty.onec.documents.reading import Errors, RowError
from loyalty.onec.opening import open_file
from loyalty.onec.source import Document, Preview, Source

__all__ = [
    "CUSTOMERS",
    "FIELDS",
    "SALES",
    "Document",
    "Errors",
    "Mapping",
    "Preview",
    "RowError",
    "Source",
    "open_file",
]
