"""Examining: everything that there is to say about a configuration as it stands, at the parts that people see.

All of it is worked out anew at each change; that takes some hundredths of a second, because the national definitions are
checked already. Between two changes a configuration is looked at by page after page: what was said the last time is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from questionnaires.checks.asked import AskedItem, asked_items
from questionnaires.checks.burden import MIN_READING_EASE
from questionnaires.configuring.assembled import Assembled
from questionnaires.configuring.documents import Document
from questionnaires.configuring.foundation import Foundation
from questionnaires.configuring.language_states import LanguageState, language_states
from questionnaires.configuring.plain_words import in_plain_words
from questionnaires.configuring.remarks import Remark, SpotKind, worst_first
from questionnaires.configuring.spots import Spots
from questionnaires.definition import Item
from questionnaires.minutes import estimate_minutes
from questionnaires.modules import Acceptance, Extension
from questionnaires.problems import Problem
from questionnaires.readability import reading_ease, words_in
from questionnaires.resolving import Assembly

__all__ = ["Examination", "LanguageState", "Minutes", "Reading", "SlotRoom", "examine", "examine_assembled"]

Level: TypeAlias = Literal["easy", "plain", "hard"]

# Flesch-Douma: above 80 is easy, below 60 is hard.
EASY_FROM: Final = 80
_FIELDS: Final = ("stem", "stem_easy", "help", "help_easy")
_KEPT: Final = 64


@dataclass(frozen=True, slots=True)
class SlotRoom:
    """What stands in a slot, and what has room there; `most_questions` is None where questions are not counted."""

    name: str
    minutes: float
    most_minutes: int
    questions: int
    most_questions: int | None


@dataclass(frozen=True, slots=True)
class Minutes:
    """How long filling in is estimated to take for somebody who is asked everything.

    `core` is the part of the core with its limit `core_limit`; `limit` is that with all the room that its slots give.
    """

    total: float
    limit: int
    core: float
    core_limit: int
    slots: Mapping[str, SlotRoom]
    pages: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Reading:
    """How easy one text of an own question reads, by a formula that counts words and syllables: an indication only."""

    item: str
    field: str
    text: str
    words: int
    ease: float
    level: Level


@dataclass(frozen=True, slots=True)
class Examination:
    """What there is to say about a configuration. `lapsed` are acceptances of warnings that are not there any more.

    While something is named that is not there, languages cannot be looked at, and nothing that concerns the whole.
    """

    remarks: tuple[Remark, ...]
    minutes: Minutes | None
    reading: tuple[Reading, ...]
    languages: tuple[LanguageState, ...]
    lapsed: tuple[Acceptance, ...]

    @property
    def errors(self) -> tuple[Remark, ...]:
        """What must be repaired."""
        return tuple(one for one in self.remarks if not one.warning)

    @property
    def open_warnings(self) -> tuple[Remark, ...]:
        """What must be repaired, or accepted with a reason."""
        return tuple(one for one in self.remarks if one.warning and one.reason is None)

    @property
    def accepted(self) -> tuple[Remark, ...]:
        """The warnings that were accepted, each with its reason."""
        return tuple(one for one in self.remarks if one.reason is not None)

    @property
    def open(self) -> int:
        """How many things stand in the way of publishing."""
        return sum(one.in_the_way for one in self.remarks)

    @property
    def publishable(self) -> bool:
        """Whether nothing stands in the way."""
        return self.open == 0

    def at(self, kind: SpotKind, name: str = "") -> tuple[Remark, ...]:
        """Return the remarks at one part."""
        return tuple(one for one in self.remarks if (one.spot.kind, one.spot.name) == (kind, name))


# Of the configurations that were examined last, by reference: what was looked at, and what there was to say.
_LAST: Final[dict[str, tuple[Document, Foundation, Examination]]] = {}


def examine(document: Document, foundation: Foundation) -> Examination:
    """Return everything that there is to say about a configuration; at once when it is as it was the last time."""
    last = _LAST.pop(document.reference, None)
    if last is not None and last[:2] == (document, foundation):
        _LAST[document.reference] = last
        return last[2]
    seen = examine_assembled(Assembled(document, foundation))
    _LAST[document.reference] = (document, foundation, seen)
    if len(_LAST) > _KEPT:
        _LAST.pop(next(iter(_LAST)), None)
    return seen


def examine_assembled(assembled: Assembled) -> Examination:
    """Return everything that there is to say about a configuration that was put together already."""
    document, assembly = assembled.document, assembled.assembly
    spots = Spots(document.definition, document.texts)
    own = document.extension.accepted
    national = (
        [one for part in assembly.parts for one in part.content.accepted] if isinstance(assembly, Assembly) else []
    )
    # What the editors of the core and its modules accepted is told only where this municipality accepted it too.
    told = [
        _with_reason(spots.remark(problem), problem, own)
        for problem in assembled.problems
        if _accepted(problem, own) or not _accepted(problem, national)
    ]
    languages = tuple(language_states(assembled))
    return Examination(
        remarks=worst_first(in_plain_words(told, assembled, languages)),
        minutes=_minutes(assembly) if isinstance(assembly, Assembly) else None,
        reading=tuple(_readings(document.extension.items.values())),
        languages=languages,
        lapsed=tuple(one for one in own if not any(_accepts(one, problem) for problem in assembled.problems)),
    )


def level_of(ease: float) -> Level:
    """Return in a word how a reading ease is read.

    >>> level_of(85.0), level_of(60.0), level_of(59.9)
    ('easy', 'plain', 'hard')
    """
    return "easy" if ease > EASY_FROM else "plain" if ease >= MIN_READING_EASE else "hard"


def _accepted(problem: Problem, acceptances: Iterable[Acceptance]) -> bool:
    return any(_accepts(one, problem) for one in acceptances)


def _accepts(acceptance: Acceptance, problem: Problem) -> bool:
    told = f"{problem.place} {problem.cause}"
    return problem.warning and problem.code == acceptance.code and acceptance.about in told


def _with_reason(remark: Remark, problem: Problem, own: Iterable[Acceptance]) -> Remark:
    reason = next((one.reason for one in own if _accepts(one, problem)), None)
    return remark if reason is None else replace(remark, reason=reason)


def _minutes(assembly: Assembly) -> Minutes:
    asked, core = tuple(asked_items(assembly)), assembly.core.content
    pages: dict[str, float] = {}
    for one in asked:
        spent = _spent([one], assembly)
        pages[one.placed.page.id] = pages.get(one.placed.page.id, 0.0) + spent
    slots = {name: [one for one in asked if one.placed.slot == name] for name in core.slots}
    return Minutes(
        total=_spent(asked, assembly),
        limit=core.limits.minutes + sum(slot.max_minutes for slot in core.slots.values()),
        core=_spent((one for one in asked if one.placed.slot == ""), assembly),
        core_limit=core.limits.minutes,
        slots={
            name: SlotRoom(
                name=name,
                minutes=_spent(slots[name], assembly),
                most_minutes=slot.max_minutes,
                questions=sum(isinstance(one.placed.source.content, Extension) for one in slots[name]),
                most_questions=slot.max_items,
            )
            for name, slot in core.slots.items()
        },
        pages=pages,
    )


def _spent(asked: Iterable[AskedItem], assembly: Assembly) -> float:
    return estimate_minutes((one.item for one in asked), assembly.shelf.scales)


def _readings(items: Iterable[Item]) -> Iterator[Reading]:
    for item in items:
        for field in _FIELDS:
            text = getattr(item.text, field)
            if text is not None:
                ease = reading_ease([text])
                yield Reading(item.id, field, text, len(words_in(text)), ease, level_of(ease))
