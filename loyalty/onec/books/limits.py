"""How large a table may be: every reader of this room asks here."""

from loyalty.errors import UnreadableFile

COLUMNS_LIMIT = 512
ROWS_LIMIT = 1 << 20  # of a sheet, as Excel has it


def too_wide() -> UnreadableFile:
    return UnreadableFile(f"В файле больше {COLUMNS_LIMIT} колонок: это не список чеков и не список клиентов.")


def check_width(cells: list[str]) -> None:
    """Refuses a table of too many columns; empty cells at the end don't count."""
    if any(cells[COLUMNS_LIMIT:]):
        raise too_wide()
