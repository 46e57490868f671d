"""Reasons: what changed in an item between two versions, and what each change means for taking the answers together.

`Change` is the table: every change that the comparison knows, with its verdict. The worst change of an item wins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Self


class Verdict(StrEnum):
    """What may be done with the answers to both versions of an item."""

    A = "A"  # the same: pool freely
    B = "B"  # the same, noted: pool, with a footnote
    C = "C"  # other surroundings: pool with a sensitivity check, and mark it in charts
    D = "D"  # bridge: do not pool; an approved crosswalk may link the series
    E = "E"  # break: a new series
    ADDED = "added"  # only in the new version
    REMOVED = "removed"  # only in the old version


POOLABLE: Final = frozenset({Verdict.A, Verdict.B, Verdict.C})
BROKEN: Final = frozenset({Verdict.D, Verdict.E})


class Change(StrEnum):
    """What changed, each with its verdict. The code is stable: it stands in results and in `# expect:` lines of tests."""

    verdict: Verdict

    def __new__(cls, code: str, verdict: Verdict) -> Self:
        """Return a change that is its code and knows its verdict."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.verdict = verdict
        return member

    # Of the questionnaire as a whole, and of what is shown beside the question.
    NAME = "name", Verdict.A
    PAGE_COUNT = "page_count", Verdict.A
    LANGUAGES_ADDED = "languages_added", Verdict.A
    LANGUAGES_REMOVED = "languages_removed", Verdict.A
    HELP_TEXT = "help_text", Verdict.A
    AUDIO = "audio", Verdict.A
    TITLE = "title", Verdict.A
    PAGE_TEXT = "page_text", Verdict.A
    CONSENT = "consent", Verdict.A
    # Of the words, without another meaning.
    SPELLING = "spelling", Verdict.B
    OPTION_SPELLING = "option_spelling", Verdict.B
    PARAM_VALUE = "param_value", Verdict.B
    SOFT_CHECK = "soft_check", Verdict.B
    TRANSLATION = "translation", Verdict.B
    # Of the surroundings.
    CORE_ADDED_BEFORE = "core_added_before", Verdict.C
    CORE_REMOVED_BEFORE = "core_removed_before", Verdict.C
    ADDED_BEFORE = "added_before", Verdict.C
    REMOVED_BEFORE = "removed_before", Verdict.C
    ORDER = "order", Verdict.C
    PAGE_GROUPING = "page_grouping", Verdict.C
    MODE_ADDED = "mode_added", Verdict.C
    MODE_REMOVED = "mode_removed", Verdict.C
    EASY_ADDED = "easy_added", Verdict.C
    EASY_REMOVED = "easy_removed", Verdict.C
    EASY_TEXT = "easy_text", Verdict.C
    OPTION_ORDER = "option_order", Verdict.C
    BOUNDS = "bounds", Verdict.C
    ROUTED_ON = "routed_on", Verdict.C
    PIPED_FROM = "piped_from", Verdict.C
    # Of the measurement, where the old answers can be told in new terms.
    REFERENCE_PERIOD = "reference_period", Verdict.D
    POPULATION_WIDENED = "population_widened", Verdict.D
    CATEGORY_SPLIT = "category_split", Verdict.D
    CATEGORY_MERGED = "category_merged", Verdict.D
    CATEGORY_RENAMED = "category_renamed", Verdict.D
    # Of the measurement.
    CONCEPT = "concept", Verdict.E
    REWORDED = "reworded", Verdict.E
    PIPE = "pipe", Verdict.E
    POLARITY = "polarity", Verdict.E
    ANSWER_TYPE = "answer_type", Verdict.E
    NUMBER_RANGE = "number_range", Verdict.E
    UNIT = "unit", Verdict.E
    SCORE = "score", Verdict.E
    POINTS = "points", Verdict.E
    OPTIONS_ADDED = "options_added", Verdict.E
    OPTIONS_REMOVED = "options_removed", Verdict.E
    OPTION_TEXT = "option_text", Verdict.E
    OPTION_VALUE = "option_value", Verdict.E
    OPTION_STANCE = "option_stance", Verdict.E
    OPTION_ALONE = "option_alone", Verdict.E
    MISSING_ADDED = "missing_added", Verdict.E
    MISSING_REMOVED = "missing_removed", Verdict.E
    POPULATION_NARROWED = "population_narrowed", Verdict.E
    POPULATION_OTHER = "population_other", Verdict.E
    POPULATION_UNDECIDED = "population_undecided", Verdict.E
    # Of a composite. A part gives the verdict that it has itself.
    PART = "part", Verdict.A
    PARTS_ADDED = "parts_added", Verdict.E
    PARTS_REMOVED = "parts_removed", Verdict.E
    MIN_VALID = "min_valid", Verdict.E
    DIRECTION = "direction", Verdict.E


@dataclass(frozen=True, slots=True)
class Reason:
    """One change of an item. `values` say what it was and became, for the words: lists of texts by name."""

    code: Change
    verdict: Verdict
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ItemVerdict:
    """What may be done with the answers to an item or composite of two versions, and why: the worst reasons first.

    A version is None where the item is not asked. `composite`: it is a theme score.
    """

    item: str
    title: str
    old_version: int | None
    new_version: int | None
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    composite: bool = False

    @property
    def poolable(self) -> bool:
        """Whether the answers may be taken together."""
        return self.verdict in POOLABLE

    @property
    def label(self) -> str:
        """How people find it: its title and its id."""
        return f"{self.title} ({self.item})"


def reason(code: Change, **values: str | tuple[str, ...]) -> Reason:
    """Return a reason with the verdict that the change has by itself.

    >>> reason(Change.POINTS, before="5", now="4").values
    {'before': ('5',), 'now': ('4',)}
    """
    return Reason(code, code.verdict, {name: (one,) if isinstance(one, str) else one for name, one in values.items()})


def verdict_of(reasons: tuple[Reason, ...], old_version: int | None, new_version: int | None) -> Verdict:
    """Return the worst verdict of reasons; that an item is added or removed where only one version asks it."""
    if old_version is None or new_version is None:
        return Verdict.ADDED if old_version is None else Verdict.REMOVED
    return max((one.verdict for one in reasons), default=Verdict.A)


def worst_first(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Return reasons in order of their verdicts, the worst first."""
    return tuple(sorted(reasons, key=lambda one: one.verdict, reverse=True))
