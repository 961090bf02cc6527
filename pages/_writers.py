"""Who is writing while a person waits."""

from loyalty import db, wording
from loyalty.files import queue
from loyalty.reports import history
from loyalty.service import pulse


def why() -> str:
    """As far as is known: «Сейчас загружается файл «продажи.xlsx» (62 %)»."""
    with db.reading() as session:
        running = [taken for taken in history.under_way(session) if taken.status == "running"]
    for taken in running:
        stage = queue.progress(taken.id)
        if stage:
            what = "демо-магазин" if taken.origin == "demo" else f"файл «{taken.file}»"
            return f"Сейчас загружается {what} ({wording.percent(round(stage.fraction * 100) * 100)})"
    worker = pulse.last()
    if worker and not worker.silent and worker.what != pulse.RESTING:
        return f"Сейчас фоновая служба {worker.what}"
    return "Сейчас записываются другие изменения"
