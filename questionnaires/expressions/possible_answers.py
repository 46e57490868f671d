"""Possible answers: all that a source can bring to a condition, and how those of two versions go together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from questionnaires.answers import Missing
from questionnaires.definition import DateAnswer, IntegerAnswer, ScaleAnswer
from questionnaires.expressions.atoms import RESPONSE, SAMPLE
from questionnaires.parts import DefinitionPart
from questionnaires.questionnaire import Questionnaire
from questionnaires.scales import AnswerScale, ScaleType

# Words can only be tested for presence, so any words stand for all.
SOME_WORDS: Final = "…"


@dataclass(frozen=True, slots=True)
class Codes:
    """One of these codes, or `several` at once; those in `alone` never go with others. `reasons` are the ways to have none."""

    codes: tuple[str, ...]
    alone: tuple[str, ...] = ()
    several: bool = False
    reasons: tuple[Missing, ...] = (Missing.SKIPPED,)


@dataclass(frozen=True, slots=True)
class Span:
    """A whole number from `lowest` to `highest`, or a day written as the number that `date.toordinal` gives it."""

    lowest: int
    highest: int
    days: bool = False


Possible: TypeAlias = Codes | Span


@dataclass(frozen=True, slots=True)
class Swapped:
    """Codes of two versions: those that stand for the same, and those that took each other's place."""

    shared: tuple[str, ...]
    gone: tuple[str, ...] = ()
    come: tuple[str, ...] = ()


def possible_answers(source: str, questionnaire: Questionnaire) -> Possible | None:
    """Return what a source can bring; None when the questionnaire does not have it."""
    if source.startswith(RESPONSE):
        return _circumstances(source.removeprefix(RESPONSE), questionnaire)
    if source.startswith(SAMPLE):
        variable = questionnaire.sample.get(source.removeprefix(SAMPLE))
        return None if variable is None else _answers(variable.type, questionnaire, reasons=False)
    item = questionnaire.items_by_id.get(source)
    return None if item is None else _answers(item.type, questionnaire, reasons=True)


def fit_together(old: Possible, new: Possible) -> bool:
    """Return whether an answer in one version says what the same client answers in the other."""
    if isinstance(old, Codes) and isinstance(new, Codes):
        strayed = {*old.codes} & {*new.alone} | {*new.codes} & {*old.alone}
        return old.several is new.several and not strayed
    return isinstance(old, Span) and isinstance(new, Span) and old.days is new.days


def swap(old: tuple[str, ...], new: tuple[str, ...]) -> Swapped:
    """Return how the codes of two versions go together.

    A code that only one of them has stands for itself. But when the old version has such codes and the new one too, each of
    the new ones may have come in the place of each that is gone.

    >>> swap(("ja", "nee"), ("ja", "nee", "soms"))
    Swapped(shared=('ja', 'nee', 'soms'), gone=(), come=())
    >>> swap(("thuis", "hulp"), ("thuis", "hulp_binnen", "hulp_buiten"))
    Swapped(shared=('thuis',), gone=('hulp',), come=('hulp_binnen', 'hulp_buiten'))
    """
    gone = tuple(code for code in old if code not in new)
    come = tuple(code for code in new if code not in old)
    if gone and come:
        return Swapped(tuple(code for code in old if code in new), gone, come)
    return Swapped(tuple(dict.fromkeys((*old, *new))))


def _circumstances(what: str, questionnaire: Questionnaire) -> Possible:
    if what == "started_on":
        return Span(date.min.toordinal(), date.max.toordinal(), days=True)
    known = {
        "language": questionnaire.languages,
        "mode": questionnaire.modes,
        "register": questionnaire.registers,
    }
    return Codes(known[what], reasons=())


def _answers(kind: DefinitionPart, questionnaire: Questionnaire, *, reasons: bool) -> Possible:
    if isinstance(kind, ScaleAnswer):
        return _codes(questionnaire.scales_by_reference[kind.scale], reasons=reasons)
    if isinstance(kind, IntegerAnswer):
        return Span(kind.integer.min, kind.integer.max)
    if isinstance(kind, DateAnswer):
        earliest, latest = kind.date.earliest or date.min, kind.date.latest or date.max
        return Span(earliest.toordinal(), latest.toordinal(), days=True)
    return Codes((SOME_WORDS,))


def _codes(scale: AnswerScale, *, reasons: bool) -> Codes:
    """The sample knows no reasons: there a value is known or it is not."""
    chosen = dict.fromkeys(option.reason for option in scale.missing) if reasons else ()
    return Codes(
        codes=tuple(code.code for code in scale.codes),
        alone=tuple(code.code for code in scale.exclusive),
        several=scale.type is ScaleType.MULTI,
        reasons=(Missing.SKIPPED, *chosen),
    )
