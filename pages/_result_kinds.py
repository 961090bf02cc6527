"""How the table of what campaigns brought is shown, wherever it stands: ROI whole, CR with two decimals (M2)."""

from loyalty import ui

KINDS: dict[str, ui.Kind] = {
    "Дата": "time", "ROI": "ratio", "CR": "share", "Выручка": "roubles", "Расходы": "roubles"
}  # fmt: skip
