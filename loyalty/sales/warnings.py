"""Sentences for the owner about what was taken in but looks odd, bounded by topic."""

from collections import Counter

PER_TOPIC = 20


class Warnings:
    """Sentences by topic: the first few of each, then how many more there were."""

    def __init__(self) -> None:
        self._texts: dict[str, list[str]] = {}
        self._counts: Counter[str] = Counter()

    def add(self, topic: str, text: str) -> None:
        kept = self._texts.setdefault(topic, [])
        if text in kept:  # the same sentence about the whole file
            return
        self._counts[topic] += 1
        if len(kept) < PER_TOPIC:
            kept.append(text)

    def as_list(self) -> list[str]:
        """All sentences kept, each topic closed by «…и ещё N»."""
        texts = []
        for topic, kept in self._texts.items():
            texts += kept
            more = self._counts[topic] - len(kept)
            if more:
                texts.append(f"…и ещё таких предупреждений: {more}.")
        return texts
