"""Criteria by who a customer is: sex, city, source, name, what is known of her; and lists she is in."""

from typing import Any

from sqlalchemy import Row, and_, or_, select, true

from loyalty import wording
from loyalty.customers.consents import said as consented
from loyalty.customers.names import Name, folded
from loyalty.customers.phones import BadPhone, normalise_phone
from loyalty.customers.searching import found_by
from loyalty.models import customers, identities
from loyalty.models.people import joined_root
from loyalty.segments.criteria import saying
from loyalty.segments.criteria.entry import Clause, Criterion, Measure, Told
from loyalty.segments.criteria.figures import PERSON, UNKNOWN
from loyalty.segments.parameters import Names, Options, Parameter, Source, Text, Unfit, brief
from loyalty.segments.scope import Scope

LISTS = "Списки"
PHONES_MAX = 200_000
c = customers.c


def _of_column(name: str, source: Source, title: str, also: str, phrase: str, example: str) -> Criterion:
    def clause(told: Told) -> Clause:
        names, others = saying.either(told["in"]), saying.neither(told["in"])
        return Clause("у которых", f"{phrase} {names}", f"{phrase} {others} (или неизвестен)")

    def measure(told: Told, scope: Scope) -> Measure:
        return Measure(scope.people, scope.among(scope.people.c[name], told["in"]))

    def tell(row: Row[Any] | None, told: Told, scope: Scope) -> str:
        return getattr(row, name, None) or UNKNOWN

    parameters = (Names("in", True, source),)
    return Criterion(name, PERSON, title, also, parameters, clause, measure, tell, {"is": name, "in": [example]})


SEXES = Options("in", True, (("f", "женский"), ("m", "мужской")))


def _sex_clause(told: Told) -> Clause:
    words = SEXES.say(told["in"])
    other = "пол неизвестен" if len(words) > 1 else f"пол не {words[0]} (или неизвестен)"
    return Clause("у которых", f"пол {' или '.join(words)}", other)


def _sex_measure(told: Told, scope: Scope) -> Measure:
    return Measure(scope.people, scope.people.c.sex.in_(told["in"]))


def _sex_tell(row: Row[Any] | None, told: Told, scope: Scope) -> str:
    return SEXES.say([row.sex])[0] if row and row.sex in ("f", "m") else UNKNOWN


# --- What is known -----------------------------------------------------------------------------------------

_HAS = (
    ("phone", "телефон"), ("email", "email"), ("birth_date", "дата рождения"), ("card", "карта"),
    ("sms_consent", "согласие на SMS"), ("sms_refused", "отказ от SMS"), ("name", "имя"),
)  # fmt: skip
WHAT = Options("what", True, _HAS, is_one=True)
_MISSING = {
    "phone": "нет телефона", "email": "нет email", "birth_date": "дата рождения неизвестна", "card": "нет карты",
    "sms_consent": "нет согласия на SMS", "sms_refused": "нет отказа от SMS", "name": "имя неизвестно",
}  # fmt: skip


def _has_clause(told: Told) -> Clause:
    (what,) = told["what"]
    there = {"birth_date": "известна дата рождения", "name": "известно имя"}.get(
        what, f"есть {WHAT.say([what])[0]}"
    )
    return Clause("у которых", there, _MISSING[what])


def _has_measure(told: Told, scope: Scope) -> Measure:
    (what,) = told["what"]
    if what in ("sms_consent", "sms_refused"):
        said = consented(is_given=what == "sms_consent", before=scope.end_of_past).subquery()
        return Measure(select(said.c.id.label("customer_id")).subquery(), true())
    p = scope.people.c
    if what == "name":
        return Measure(scope.people, or_(p.last_name != "", p.first_name != "", p.middle_name != ""))
    return Measure(scope.people, p.birth_date.is_not(None) if what == "birth_date" else p[what] != "")


def _has_tell(row: Row[Any] | None, told: Told, scope: Scope) -> str:
    (what,) = told["what"]
    if row is None or what in ("sms_consent", "sms_refused"):
        return "есть" if row else "нет"
    if what == "name":
        return Name(row.last_name, row.first_name, row.middle_name).full or "нет"
    known = getattr(row, what)
    return (wording.day(known) if what == "birth_date" else known) or "нет"


def _name_clause(told: Told) -> Clause:
    part = f"«{told['contains']}»"
    return Clause("у которых", f"имя содержит {part}", f"имя не содержит {part} (или {UNKNOWN})")


def _name_measure(told: Told, scope: Scope) -> Measure:
    """Letter case and ё are nothing, which SQLite can't tell in Russian: few are found by the search, then read."""
    part = folded(told["contains"])
    query = select(c.id, c.last_name, c.first_name, c.middle_name)
    query = query.where(*(c.search.contains(word, autoescape=True) for word in part.split()))
    rows = scope.session.connection().execute(query)
    ids = [id_ for id_, *name in rows if part in folded(Name(*name).full)]
    found = select(c.id.label("customer_id"), (c.last_name + " " + c.first_name).label("figure"))
    return Measure(found.where(scope.among(c.id, ids)).subquery(), true())


def _name_tell(row: Row[Any] | None, told: Told, scope: Scope) -> str:
    return row.figure.strip() if row else "не содержит"


def _search_clause(told: Told) -> Clause:
    words = f"«{told['words']}»"
    return Clause("которых", f"находит поиск {words}", f"не находит поиск {words}")


def _search_measure(told: Told, scope: Scope) -> Measure:
    """What the list of customers finds by these words, joined phones and cards included."""
    return Measure(select(c.id.label("customer_id")).where(*found_by(told["words"])).subquery(), true())


def _search_check(told: Told) -> None:
    if not found_by(told["words"]):
        raise Unfit(f"по словам «{brief(told['words'])}» нечего искать: нужна буква или цифра")


# --- Lists -------------------------------------------------------------------------------------------------


class Phones(Parameter):
    """A fixed list of phones, however they are written."""

    def read(self, said: Any) -> tuple[str, ...] | None:
        value = said.get(self.name)
        if value is None:
            return None
        if not isinstance(value, list):
            raise Unfit(f"«{self.name}» — это список телефонов, а не «{brief(value)}»")
        if len(value) > PHONES_MAX:
            raise Unfit(f"телефонов больше {wording.number(PHONES_MAX)}: разделите список")
        return tuple(dict.fromkeys(_phone(one) for one in value))

    def write(self, value: Any) -> dict[str, Any]:
        return {self.name: list(value)}


def _phone(written: object) -> str:
    try:
        phone = normalise_phone(written) if isinstance(written, str) else None
    except BadPhone as bad:
        raise Unfit(f"телефон «{brief(written)}»: {bad}") from None
    if phone is None:
        raise Unfit(f"телефон — это текст вида +79161234567, а не «{brief(written)}»")
    return phone


def _phones_clause(told: Told) -> Clause:
    count = wording.plural(len(told["list"]), "телефона", "телефонов", "телефонов")
    return Clause("которые", f"есть в списке из {count}", f"не входят в список из {count}")


def _phones_measure(told: Told, scope: Scope) -> Measure:
    """By her phone, by any other phone that is hers now, and by those of cards joined to hers."""
    hers = select(joined_root.label("customer_id"), c.phone.label("figure")).where(c.phone.is_not(None))
    i = identities.c
    now = and_(i.kind == "phone", i.ended_act_id.is_(None), or_(i.until.is_(None), i.until > scope.day))
    known = select(joined_root, i.value).select_from(identities).join(customers, c.id == i.customer_id).where(now)
    rows = hers.where(scope.among(c.phone, told["list"])).union(known.where(scope.among(i.value, told["list"])))
    return Measure(rows.subquery(), true())


def _phones_tell(row: Row[Any] | None, told: Told, scope: Scope) -> str:
    return wording.phone(row.figure) if row else "нет в списке"


def _segment_clause(told: Told) -> Clause:
    return Clause("которые", f"входят в сегмент «{told['name']}»", f"не входят в сегмент «{told['name']}»")


def _segment_measure(told: Told, scope: Scope) -> Measure:
    raise AssertionError("another segment is evaluated as its own tree (segments.evaluating)")


def _segment_tell(row: Row[Any] | None, told: Told, scope: Scope) -> str:
    return "входят" if row else "не входят"


PEOPLE_CRITERIA = (
    Criterion(
        "sex", PERSON, "Пол", "женщины мужчины женский мужской", (SEXES,), _sex_clause, _sex_measure, _sex_tell,
        {"is": "sex", "in": ["f"]},
    ),
    _of_column("city", Source.CITIES, "Город", "где живёт адрес", "город", "Москва"),
    _of_column(
        "source", Source.SOURCES, "Источник регистрации", "откуда пришла реклама", "источник регистрации", "1С",
    ),
    Criterion(
        "has", PERSON, "Что известно", "есть телефон email почта согласие отказ карта имя дата рождения",
        (WHAT,), _has_clause, _has_measure, _has_tell, {"is": "has", "what": "sms_consent"},
    ),
    Criterion(
        "name", PERSON, "Имя", "фамилия отчество зовут", (Text("contains", True),),
        _name_clause, _name_measure, _name_tell, {"is": "name", "contains": "Анна"},
    ),
    Criterion(
        "search", PERSON, "Поиск", "имя фамилия телефон последние цифры карта код 1С", (Text("words", True),),
        _search_clause, _search_measure, lambda row, told, scope: "находит" if row else "не находит",
        {"is": "search", "words": "Иванова 45-67"}, _search_check,
    ),
    Criterion(
        "segment", LISTS, "Другой сегмент", "входит группа пересечение объединение разность",
        (Text("name", True),), _segment_clause, _segment_measure, _segment_tell,
        {"is": "segment", "name": "Постоянные"},
    ),
    Criterion(
        "phones", LISTS, "Список телефонов", "файл номера загрузить",
        (Phones("list", True),), _phones_clause, _phones_measure, _phones_tell,
        {"is": "phones", "list": ["+79161234567"]},
    ),
)  # fmt: skip
