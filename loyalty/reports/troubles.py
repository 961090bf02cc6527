"""What was odd about a file, kind by kind: how many, what to do about it, and the step that does it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from loyalty.wording import roubles


class _Kind(NamedTuple):
    """Sentences of one kind by a mark of theirs; `steps` is the page that helps, by its name."""

    mark: str
    title: str
    advice: str
    step: str = ""


_KINDS = (
    _Kind(r"Возвратов без чека", "Возвраты ждут своих чеков",
          "Загрузите файл с этими чеками: возврат найдёт свой чек сам, бонусы пересчитаются", "returns"),
    _Kind(r"не назван чек продажи", "Возвраты, в которых не назван чек",
          "Выгрузите их с колонкой «Документ продажи»: без неё не понять, какие бонусы снять", "returns"),
    _Kind(r"^Итог в строке|^Итого за ", "Итог файла не сходится",
          "Исправьте отклонённые строки, если они есть. Если их нет, выгрузите отчёт из 1С ещё раз"),
    _Kind(r"Чей это чек", "Чеки без ответа, чьи они",
          "Ответьте на «Чей это чек?»: пока неизвестно, кто покупал, бонусов за чек нет ни у кого", "whose"),
    _Kind(r"нет колонки покупателя|указан только по имени", "Чеки без покупателя",
          "Добавьте в выгрузку код клиента, карту или телефон и загрузите файл ещё раз"),
    _Kind(r"не использована: непонятно", "Непонятные колонки",
          "Загрузите этот файл на экране «Импорт из 1С» и укажите, что в них, или что они не нужны"),
    _Kind(r"^Лист «", "Листы не прочитаны", "Если они нужны, загрузите файл ещё раз и выберите лист"),
    _Kind(r"в долг клиента", "Бонусов не хватало",
          "Загрузите более ранние чеки, за которые бонусы начислили. Если их не было, долг погасят новые покупки"),
    _Kind(r"по программе можно не больше", "Бонусами оплачено больше предела",
          "Чеки учтены как есть. Напомните кассирам о пределе", "program"),
    _Kind(r"вернули ", "Вернули больше, чем купили",
          "Сверьте возврат с 1С: другой товар, или он уже есть под другим номером"),
    _Kind(r"другого покупателя", "Возврат чужого чека", "Проверьте в 1С покупателя в возврате"),
    _Kind(r"касса списала", "Касса и файл расходятся",
          "Учтено, как в файле. Если прав чек кассы, поправьте его в 1С и выгрузите снова"),
    _Kind(r"^Карта .* есть и у другого", "Одна карта у двоих",
          "Проверьте в 1С, чья она; если это один человек, объедините карточки", "twins"),
    _Kind(r"^Телефон ", "Телефоны не прочитаны", "Поправьте телефон в 1С: человек узнан по коду или карте"),
    _Kind(r"с новой датой", "Чек сменил дату", "Проверьте в 1С: учтён один раз, с новой датой"),
    _Kind(r"^Чек .* отклонён: ", "Чеки не сходятся со своей суммой",
          "Сверьте эти чеки с 1С и выгрузите снова целиком: не хватает строк, или есть лишние"),
    _Kind(r"повторяет строку", "Повторы строк",
          "Если это ещё один такой товар, добавьте в выгрузку «Сумма документа» и загрузите снова"),
)  # fmt: skip
_OTHER = "Для сведения"


@dataclass(slots=True)
class Trouble:
    """One kind of trouble: its name, what to do (empty: nothing), a page that helps, and what is told of it."""

    title: str
    advice: str = ""
    step: str = ""
    told: list[str] = field(default_factory=list)


def troubles(report: Mapping[str, Any]) -> list[Trouble]:
    """What is to be done about a file, what asks for nothing last."""
    found: dict[str, Trouble] = {}
    warnings = list(report.get("warnings", ()))
    difference = report.get("difference")
    if difference and not any(warning.startswith("Итог в строке") for warning in warnings):
        said = roubles(report["totals"]["file_sum"])
        warnings.append(
            f"Итог в строке итогов — {said}, а загруженные чеки расходятся с ним на {roubles(difference)}"
        )
    waiting = report.get("unmatched_returns", 0)
    if waiting and not any(warning.startswith("Возвратов") for warning in warnings):
        warnings.append(f"Возвратов без чека: {waiting}")
    last = _OTHER
    for warning in warnings:
        kind = next((kind for kind in _KINDS if re.search(kind.mark, warning)), None)
        more = warning.startswith("…и ещё таких")
        title = kind.title if kind else last if more else _OTHER
        advice, step = (kind.advice, kind.step) if kind else ("", "")
        found.setdefault(title, Trouble(title, advice, step)).told.append(warning)
        last = title
    order = [kind.title for kind in _KINDS]
    return sorted(found.values(), key=lambda one: order.index(one.title) if one.title in order else len(order))
