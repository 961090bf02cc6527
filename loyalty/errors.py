"""Expected errors: each carries one Russian sentence for the person, with the way out."""

from collections.abc import Mapping


class LoyaltyError(Exception):
    """Something a person can mend; str() is the sentence to show."""


class Refused(LoyaltyError):
    """The rules don't allow what was asked."""


class Problems(Refused):
    """All that keeps a form from being saved at once: a sentence by the field that has to change."""

    def __init__(self, by_field: Mapping[str, str]) -> None:
        super().__init__(". ".join(by_field.values()))
        self.by_field = dict(by_field)


class Changed(Refused):
    """Somebody else saved the same meanwhile; nothing was written."""


class NotFound(LoyaltyError):
    """There is no such customer, receipt or file."""


class UnreadableFile(LoyaltyError):
    """The file as a whole can't be used; nothing was written."""


class NeedsMapping(UnreadableFile):
    """The file's columns are not recognised; a person has to say which is which."""


class NeedsAnswer(UnreadableFile):
    """A person has to say something about the file first; `key` names the answer, str() is the question."""

    def __init__(self, question: str, key: str) -> None:
        super().__init__(question)
        self.question, self.key = question, key
