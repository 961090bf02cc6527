"""The words that 1C and tills write for kinds of documents, states, totals and lines that are no goods."""

import re
from typing import Final

SALE, RETURN, SHIFT, OTHER, UNKNOWN = "S", "R", "O", "-", "?"
"""A sale, a return, a whole shift's report, a document that is neither, and words that nobody explained."""

KINDS: Final = (  # the first that fits decides: what is cancelled is no sale, whatever it was
    (SHIFT, "отчет о розничн|отчет о продажах за смену"),
    (OTHER, r"отмен|аннулир|сторн|отложен|удален|черновик|тестов|не ?проведен|незаверш|не заверш"),
    (OTHER, "коррекц|корректир|исправлен|перерасчет"),
    (OTHER, "поставщик|приходная|поступлен|закуп|прием ?товар|приобретен|покупка у"),
    (OTHER, "^расход$|возврат расхода|^выдача$"),
    (OTHER, "кассов|^пко|^рко|инкасс|внесен|выемк|изъят|изъять|выплат|платеж|^оплата|аванс|предоплат"),
    (OTHER, "списание (?:с|денег)"),
    (OTHER, "комиссион|комитент|агент"),
    (OTHER, "заказ|перемещ|списан|оприход|начислен|инвентар|пересорт|переоцен|комплектац|сборк|резерв"),
    (OTHER, "^счет|счет на"),
    (OTHER, "открыт\\w* смен|закрыт\\w* смен|[xzхз]-?отчет|снятие|служебн|гашен"),
    (RETURN, "возвр|refund|return|^возв$"),
    (SALE, "продаж|чек|реализац|расходная|отпуск|^приход$|sale|упд|накладная|покупк|^розница$|торг-12|^опт$"),
    (SALE, "\\(акт"),
)  # fmt: skip
_KINDS = tuple((kind, re.compile(stems)) for kind, stems in KINDS)

FINISHED: Final = re.compile(
    "^$|архив|пробит|закры|оплач|^проведен|выполн|заверш|достав|^выдан|получен|отгру|успе|напечат|фискал|^готов|^ок$"
    "|^ok$|done|complet|paid|closed|success|продан|реализован|принят|чек|^продажа$|^активн|зачислен"
)
UNFINISHED: Final = re.compile(
    r"\bне\b|^не[а-я]|отмен|аннул|отлож|нов|чернов|в работе|в обработ|созда|откры|ожид|в пути|резерв|удал|брак"
    "|ошибк|draft|cancel|pending|open|new|failed|сторн|возвращ"
)

ASKS_RETURNED: Final = re.compile(
    r"(?:(?:это|признак|является|чек) )?возврат(?:а|ом)?(?: (?:товар|продаж|приход)\w*)?|is return"
)
"""A heading whose «Да» makes its row a return; not «Возврат возможен», nor «Был возврат» of a sale."""

GOODS_KINDS: Final = re.compile(
    r"(?:(?:штучн|весов|подакцизн|маркирован|обычн)\w+ )?(?:товар\w?|услуг\w|работ\w|запас\w?|набор|комплект)"
)
"""What «Тип» says where it is of the goods, not of the document."""

TOTALS: Final = re.compile(
    r"(?:итог(?:о|и)?|общ\w* (?:итог|сумма)|сумма (?:по|итого|чека|документа)|под ?итог|total)\b.*"
    r"|всего\s*[:.]?$|всего (?:по|за|к|чек|докум|отч|сумм|руб|продаж|возвр|без|с|итог|\d).*",
    re.IGNORECASE,
)
"""What the first text of a totals row looks like, of the file or of one receipt."""
PART_TOTALS: Final = re.compile(
    r"(?:итого|всего|сумма) (?:по|за)\b(?! (?:отч[её]т|файл|списк|журнал|всем|период)).*|под ?итог.*", re.IGNORECASE
)
DAY_IN_TOTAL: Final = re.compile(r"\b\d{1,2}\.\d{1,2}\.(?:\d{4}|\d{2})\b")
"""Totals of a part: nothing to compare the whole file with."""

DISCOUNT_LINE: Final = re.compile(r"скидк|округл|купон|промокод|^уценк|списание копеек", re.IGNORECASE)
BONUS_LINE: Final = re.compile(r"\bбонус|\bбалл(?:ы|ов|ам|ами|а)?\b", re.IGNORECASE)
PAYMENT_LINE: Final = re.compile(r"сертификат|оплат|аванс|предоплат|наличн|безнал", re.IGNORECASE)
RETURNS: Final = re.compile(r"возврат", re.IGNORECASE)
RETURNED: Final = re.compile(
    r"(?:чек |документ )?(?:на )?возврат(?: (?:от )?(?:товар|приход|продаж|покуп|клиент|денег)\w*){0,3}"
    r"|возвра[тщ][её]н\w*|возвр?\.?|refund|return"
)
"""A whole cell that calls its row a return, whatever its column is called; no words about returns."""

STUBS: Final = frozenset({  # headers repeated in the first column of a grouped report (1c.md §5.3)
    "клиент", "контрагент", "регистратор", "номенклатура", "номенклатура.вид номенклатуры",
    "номенклатура, артикул", "артикул", "заказ клиента / реализация", "хозяйственная операция",
    "вид деятельности", "покупатель", "документ движения, корреспонденция", "склад", "магазин", "документ",
    "партнер", "подразделение", "менеджер", "чек", "чек ккм", "торговая точка", "характеристика", "товар",
    "кассир", "вид номенклатуры", "по менеджерам", "период", "дата", "касса", "касса ккм", "документ продажи",
    "номер чека", "дисконтная карта", "владелец карты",
})  # fmt: skip


def normal(text: str) -> str:
    """Lower case, е for ё, single spaces."""
    return " ".join(text.lower().replace("ё", "е").replace("\u00a0", " ").split())


def kind_of(text: str) -> str:
    """What a kind, an operation or a document's name says: SALE, RETURN, SHIFT, OTHER, or UNKNOWN."""
    text = normal(text)
    return next((kind for kind, stems in _KINDS if stems.search(text)), UNKNOWN)


def says_returned(text: str) -> bool:
    """«Возврат», «Возврат прихода», «возвращено»: the whole cell says so."""
    return RETURNED.fullmatch(normal(text)) is not None


def is_finished(status: str) -> bool | None:
    """Whether a receipt of this status is a finished one; None: the word says nothing to us."""
    status = normal(status)
    if UNFINISHED.search(status):
        return False
    return True if FINISHED.search(status) else None


def is_total(text: str) -> bool:
    """«Итого», «ИТОГ по чеку», «Всего:», «Сумма по документу»."""
    return TOTALS.match(text.strip()) is not None
