"""What a frame is made of: how many people by act, product, age and so on, and how many were left out for which reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

# What is counted, with the name of the trait. A person with two acts counts in both.
COUNTED: Final = ("acts", "products", "age_group", "sex", "granted", "language", "neighbourhood", "providers")
# Of products and the like; the others are counted together, under "".
_MOST_NAMES: Final = 40


@dataclass(frozen=True, slots=True)
class Composition:
    """Counts of people. `by`: of those who can be drawn, by trait and value, the largest first; a value of "" is not known."""

    people: int
    eligible: int
    excluded: Mapping[str, int]
    by: Mapping[str, Sequence[tuple[str, int]]]
    others: Mapping[str, int]  # values of a trait that are not in `by`

    def document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "people": self.people,
            "eligible": self.eligible,
            "excluded": dict(self.excluded),
            "by": {trait: [list(pair) for pair in pairs] for trait, pairs in self.by.items()},
            "others": dict(self.others),
        }


def preview(people: Iterable[tuple[Mapping[str, Any], str | None]]) -> Composition:
    """Return what people are: each with traits, and why they were left out or None.

    >>> preview([({"acts": ["wmo"], "granted": True}, None), ({"acts": ["wmo"]}, "opted-out")]).by["acts"]
    [('wmo', 1)]
    """
    tally = CompositionTally()
    for traits, because in people:
        tally.add(traits, because)
    return tally.composition()


class CompositionTally:
    """Counts people who come by one after the other: a whole list need not be in memory."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = {trait: Counter() for trait in COUNTED}
        self._excluded: Counter[str] = Counter()
        self._eligible = 0

    def add(self, traits: Mapping[str, Any], because: str | None) -> None:
        """Count somebody, with why they were left out or None."""
        if because is not None:
            self._excluded[because] += 1
            return
        self._eligible += 1
        for trait in COUNTED:
            self._counts[trait].update(_values(traits.get(trait)))

    def composition(self) -> Composition:
        """Return what was counted."""
        return Composition(
            people=self._eligible + self._excluded.total(),
            eligible=self._eligible,
            excluded=dict(sorted(self._excluded.items())),
            by={trait: _largest(counter) for trait, counter in self._counts.items()},
            others={trait: max(0, len(counter) - _MOST_NAMES) for trait, counter in self._counts.items()},
        )


def joined(first: Composition, second: Composition) -> Composition:
    """Return what two groups of different people are together. Of values beyond the largest only the number is known."""
    counts = {
        trait: Counter(dict(first.by.get(trait, ()))) + Counter(dict(second.by.get(trait, ()))) for trait in COUNTED
    }
    others = {
        trait: max(first.others.get(trait, 0), second.others.get(trait, 0)) + max(0, len(counter) - _MOST_NAMES)
        for trait, counter in counts.items()
    }
    excluded = Counter(first.excluded) + Counter(second.excluded)
    return Composition(
        people=first.people + second.people,
        eligible=first.eligible + second.eligible,
        excluded=dict(sorted(excluded.items())),
        by={trait: _largest(counter) for trait, counter in counts.items()},
        others=others,
    )


def read_composition(document: Mapping[str, Any]) -> Composition:
    """Return a composition from JSON."""
    return Composition(
        people=document["people"],
        eligible=document["eligible"],
        excluded=document["excluded"],
        by={trait: [(value, count) for value, count in pairs] for trait, pairs in document["by"].items()},
        others=document["others"],
    )


def _values(value: Any) -> Sequence[str]:
    if isinstance(value, bool):
        return ("yes",) if value else ("no",)
    if isinstance(value, str):
        return (value,)
    return value or ("",)


def _largest(counter: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST_NAMES]
