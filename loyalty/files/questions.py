"""A file that has to be asked about: the question with its answers, kept with the file until somebody answers."""

from dataclasses import replace
from typing import Any

from loyalty.errors import NeedsAnswer
from loyalty.onec import Mapping, Source
from loyalty.onec.columns.plan import Choice, Question

SAME_RECEIPTS = (
    Choice(True, "Да, те же чеки: не считать дважды"),
    Choice(False, "Нет, это другие чеки: загрузить"),
)


class FileAsks(NeedsAnswer):
    """A NeedsAnswer with what is needed to ask it later: what was said of the file so far, and its shape."""

    def __init__(self, asked: NeedsAnswer, source: Source, said: Mapping | None) -> None:
        own = next((question for question in source.plan.questions if question.key == asked.key), None)
        asks = own or Question(asked.key, asked.question, SAME_RECEIPTS)
        super().__init__(asks.sentence(), asked.key)
        self.asks = asks
        self.said = said or Mapping(source.kind, labels=list(source.mapping.labels))
        self.shape = source.shape

    def as_json(self) -> dict[str, Any]:
        """What the file's place in the queue keeps."""
        return {
            "mapping": self.said.as_json(),
            "shape": self.shape,
            "question": {
                "key": self.asks.key,
                "words": self.asks.words,
                "choices": [{"value": value, "words": words} for value, words in self.asks.choices],
            },
        }


def answered(mapping: Mapping, key: str, value: Any) -> Mapping:
    """The mapping with one answer more."""
    changes: dict[str, Any] = {key: value}
    return replace(mapping, **changes)
