"""How a file is read: what a person answered, what its own rows decided, and what has to be asked. Values alone."""

from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple


@dataclass(slots=True)
class Mapping:
    """What a person said of a file's shape; JSON by `as_json`, back by `Mapping(**json)`, remembered by the shape.

    Columns and `header_row` count from 0 and 1; `header_row` 0 means there is none. None: nobody said, the file's
    own rows decide.
    """

    kind: str  # "sales", "customers"
    fields: dict[str, int] = field(default_factory=dict)
    header_row: int = 0
    header_height: int = 1
    sheet: str = ""
    encoding: str | None = None
    delimiter: str | None = None
    amount_after_bonuses: bool | None = None  # «Сумма» is what is left to pay after bonuses
    labels: list[str] = field(default_factory=list)
    decimal: str | None = None  # "," or ".": the mark before kopecks
    dates: str | None = None  # "dmy" or "mdy"
    default_kind: str | None = None  # "sales" or "returns": what rows without «Вид» are
    kinds: dict[str, str] = field(default_factory=dict)  # words of «Вид» nobody knew -> "sale", "return", "other"
    ignored: list[str] = field(default_factory=list)  # labels a person said are not needed
    one_sheet: bool = False  # other sheets are not read
    same_receipts: bool | None = None  # receipts known from another report are the same ones

    @property
    def first_row(self) -> int:
        """The first row below the header, from 1."""
        return self.header_row + self.header_height if self.header_row else 1

    @property
    def answers_alone(self) -> bool:
        """No columns are named: they are recognised. `header_height` 0: there is no header to know them by."""
        return not self.fields and not self.header_row and self.header_height > 0

    @property
    def says_something(self) -> bool:
        """A person named columns or answered a question."""
        said = (self.amount_after_bonuses, self.decimal, self.dates, self.default_kind, self.same_receipts)
        named = self.fields or self.kinds or self.ignored or self.one_sheet
        return bool(named) or any(one is not None for one in said)

    def as_json(self) -> dict[str, Any]:
        """Plain values for json.dumps."""
        return asdict(self)


class Choice(NamedTuple):
    """One answer: the value to store and its words."""

    value: Any
    words: str


@dataclass(frozen=True, slots=True)
class Question:
    """What the file's own rows leave open; `key` is the attribute of Mapping that answers it."""

    key: str
    words: str
    choices: tuple[Choice, ...] = ()
    stops: bool = True  # nothing is read until it is answered
    subjects: tuple[str, ...] = ()  # the words of the file that it asks about, each with an answer of its own

    def sentence(self) -> str:
        """The question where it can't be answered: at the command line, in the watched folder."""
        ways = "; ".join(choice.words for choice in self.choices)
        return f"{self.words}{' ' + ways + '.' if ways else ''} Ответьте на экране «Импорт из 1С»."


@dataclass(slots=True)
class Plan:
    """How this file is read, decided once from all its rows: shown, stored with the import, used by the reader."""

    mapping: Mapping  # the person's or the recognised columns; `fields` as settled by the rows
    money_mark: str = ""  # "," or "." before kopecks; "": nothing hangs on it; numbers.ODD: it stands both ways
    price_mark: str = ""
    quantity_mark: str = ""
    dates: str = "dmy"  # or "mdy"
    numbering: str = ""  # "day" or "shift" where numbers start anew by it: it tells documents apart
    till_is_shop: bool = False  # tills number on their own, and no shop is said
    default_kind: str = ""  # of rows without «Вид»: "returns", else sales
    unclear: list[int] = field(default_factory=list)  # columns that look decisive and say nothing to us
    reasons: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
