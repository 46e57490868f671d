"""Checks of the burden on clients (D15): minutes, long questions and hard words. Warnings, because these are estimates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from questionnaires.checks.asked import AskedItem, asked_items
from questionnaires.minutes import estimate_minutes, show_minutes
from questionnaires.modules import Module
from questionnaires.problems import Problem
from questionnaires.readability import reading_ease, words_in
from questionnaires.resolving import Part

if TYPE_CHECKING:
    from questionnaires.checks.definitions import Candidate

# What does not fit in one breath is read twice.
MAX_WORDS: Final = 30
# Flesch-Douma: below 60 is hard.
MIN_READING_EASE: Final = 60
# A few short questions say too little about how hard the words are: one long word would decide.
MIN_WORDS_TO_JUDGE: Final = 30
_SHOWN: Final = 3


def check_burden(candidate: Candidate) -> Iterator[Problem]:
    """Yield a warning for each part that takes longer than it says or reads hard, and for each long question.

    Each part answers for its own questions, so that an extension is not told about what its core chose. The minutes are
    those of someone who is asked everything. What extensions add is limited by the slots of the core.
    """
    asked = tuple(asked_items(candidate.assembly))
    for part in candidate.assembly.parts:
        own = [one for one in asked if one.placed.source.content is part.content]
        if isinstance(part.content, Module):
            minutes = estimate_minutes((one.item for one in own), candidate.assembly.shelf.scales)
            yield from _check_minutes(part, part.content, minutes)
        yield from _check_reading(part, own)
    for one in asked:
        yield from _check_length(one)


def _check_minutes(part: Part, module: Module, minutes: float) -> Iterator[Problem]:
    limit = module.limits.minutes
    if minutes > limit:
        cause = f"{module.reference} duurt naar schatting {show_minutes(minutes)}, en de grens is {limit}."
        cure = "Haal vragen weg, of verhoog minutes en vertel het de mensen die invullen."
        yield part.document.problem(("limits", "minutes"), "D15", cause, cure, warning=True)


def _check_reading(part: Part, own: list[AskedItem]) -> Iterator[Problem]:
    stems = {one.item.text.stem: one.item.id for one in own}
    ease = reading_ease(stems)
    if ease < MIN_READING_EASE and sum(len(words_in(stem)) for stem in stems) >= MIN_WORDS_TO_JUDGE:
        hardest = sorted(stems, key=lambda stem: reading_ease([stem]))[:_SHOWN]
        cause = f"De vragen zijn moeilijk te lezen: leesgemak {ease:.0f}, en {MIN_READING_EASE} is de ondergrens."
        cure = f"Kies kortere woorden, eerst bij {', '.join(stems[stem] for stem in hardest)}."
        place = ("pages",) if isinstance(part.content, Module) else ("items",)
        yield part.document.problem(place, "D15", cause, cure, warning=True)


def _check_length(one: AskedItem) -> Iterator[Problem]:
    words = len(words_in(one.item.text.stem))
    if words > MAX_WORDS:
        cause = f"De vraag {one.item.id} heeft {words} woorden; meer dan {MAX_WORDS} leest niemand in één keer."
        cure = "Maak de vraag korter, of zet een deel bij help."
        yield one.problem(("text", "stem"), "D15", cause, cure, warning=True)
