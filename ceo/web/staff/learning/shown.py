"""Figures and periods as the pages of learning write them, and sentences about them.

The sentences come from `exports.cycle`, which is heavy: they are made in a thread. They are in Dutch, whatever the language of the page.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from babel.dates import format_date
from litestar import Request

from analysis.results import SHARES, Measure, NotEstimable
from ceo.storage.dialogues import Action
from ceo.storage.goals import Goal
from ceo.web.languages import N_, format_number
from ceo.web.staff.learning.words import BESIDE_USUAL, FROM_SIGNAL, IN_BASELINE, NOT_TOLD
from ceo.web.staff.pages import staff_language, staff_words
from ceo.workflows.following.series import Figure
from ceo.workflows.learning.figures import Later, grain_of
from ceo.workflows.learning.moving import Moved, moved_since, released
from ceo.workflows.learning.progress import Standing
from ceo.workflows.learning.results import Result, Source
from questionnaires.scales import Polarity

if TYPE_CHECKING:
    from exports.cycle.indicators import Indicator

_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
_QUARTER: Final = re.compile(r"(\d{4})-K([1-4])", re.ASCII)


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """A figure in the notation of the page; `beside` its own number stand the ends of its interval."""

    value: str
    low: str
    high: str
    respondents: str


@dataclass(frozen=True, slots=True)
class ShownResult:
    """A result as a page tells it. `address`: where it is shown, within the workplace of the municipality.

    `sentence` is about the figure, `signal` about what a control chart saw there; "" without one.
    """

    title: str
    period: str
    own: ShownFigure
    beside: ShownFigure | None
    beside_name: str
    simulated: bool
    address: str
    sentence: str = ""
    signal: str = ""


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A line of what came after a baseline: the figure, and how far it lies from it with its interval.

    `instead`: words that stand in place of that difference, where none is told.
    """

    period: str
    own: ShownFigure
    change: str = ""
    low: str = ""
    high: str = ""
    instead: str = ""


def value_text(value: float, measure: Measure, language: str, *, signed: bool = False) -> str:
    """Return a figure in the notation of a language: shares as percentages.

    >>> value_text(0.7234, Measure.SHARE, "nl"), value_text(-4.0, Measure.SCORE, "nl", signed=True)
    ('72,3%', '−4,0')
    """
    from exports.cycle.numbers import number_text, signed_text

    scaled = value * 100 if measure in SHARES else value
    sign = "%" if measure in SHARES and not signed else ""
    return (signed_text if signed else number_text)(scaled, locale=language) + sign


def shown_figure(figure: Figure, measure: Measure, language: str) -> ShownFigure:
    """Return a figure as a page writes it."""
    return ShownFigure(
        value_text(figure.value, measure, language),
        value_text(figure.low, measure, language),
        value_text(figure.high, measure, language),
        format_number(figure.respondents, language),
    )


def period_text(request: Request[Any, Any, Any], name: str) -> str:
    """Return a period in words: a month, a quarter, or the name of a measurement."""
    if found := _MONTH.fullmatch(name):
        return format_date(date(int(found[1]), int(found[2]), 1), "MMMM y", locale=staff_language(request))
    if found := _QUARTER.fullmatch(name):
        return staff_words(request, N_("kwartaal %(number)s van %(year)s"), number=found[2], year=found[1])
    return name


def shown_result(request: Request[Any, Any, Any], result: Result, sentence: str = "", signal: str = "") -> ShownResult:
    """Return a result as a page tells it."""
    language = staff_language(request)
    beside = None if result.beside is None else shown_figure(result.beside, result.measure, language)
    return ShownResult(
        result.title,
        period_text(request, result.period),
        shown_figure(result.figure, result.measure, language),
        beside,
        result.beside_name,
        result.simulated,
        where_shown(result),
        sentence,
        signal,
    )


async def told_result(request: Request[Any, Any, Any], result: Result) -> ShownResult:
    """Return a result as a page tells it, with what may be said of it."""
    sentence, signal = await asyncio.to_thread(lambda: (result_sentence(result), signal_sentences(result)))
    return shown_result(request, result, sentence, signal)


def where_shown(result: Result) -> str:
    """Return the page on which the indicator of a result is shown, within the workplace of a municipality."""
    if result.source is Source.RELEASE:
        return f"/spiegelen/{result.core}/{result.indicator}"
    return f"/volgen/{result.core}/{grain_of(result).value}/{result.indicator}"


def shown_changes(request: Request[Any, Any, Any], baseline: Result, later: Later) -> list[ShownChange]:
    """Return what came after a baseline, the newest first: how each figure lies beside what is usual, or how far it moved."""
    language, measure = staff_language(request), baseline.measure
    lines = []
    for moved in moved_since(baseline, later.results):
        period = period_text(request, moved.result.period)
        own = shown_figure(moved.result.figure, measure, language)
        if instead := _instead(later, moved):
            lines.append(ShownChange(period, own, instead=staff_words(request, instead)))
            continue
        assert not isinstance(moved.change, NotEstimable), "that has words instead"
        of = (moved.change.value, moved.change.interval.low, moved.change.interval.high)
        lines.append(ShownChange(period, own, *(value_text(one, measure, language, signed=True) for one in of)))
    return lines[::-1]


def _instead(later: Later, moved: Moved) -> str:
    """Return what is said in place of a difference with the beginning; "" where that is told."""
    if later.usual is not None:
        side = later.usual.sides.get(moved.result.period)
        return IN_BASELINE if side is None else BESIDE_USUAL[side]
    if later.signal:
        return FROM_SIGNAL
    return NOT_TOLD[moved.change.reason] if isinstance(moved.change, NotEstimable) else ""


def result_sentence(result: Result) -> str:
    """Return what may be said of a result, also next to all together: the very difference that the release tells, with its interval.

    Where the release compares nothing the two figures stand beside each other, and no difference is told.
    """
    from exports.cycle.sentences import BESIDE_WORDS, Beside, beside_sentence, figure_sentence

    said = figure_sentence(_indicator(result), released(result.figure), result.period)
    if result.apart is None:
        return said
    compared = result.apart.compared(result.figure.respondents)
    return f"{said} {beside_sentence(_indicator(result), compared, BESIDE_WORDS[Beside.NATION])}"


def signal_sentences(result: Result) -> str:
    """Return what a control chart saw at a result, and that this is no verdict; "" where it saw nothing."""
    from exports.cycle.signals import NO_VERDICT, seen_signal_sentence

    if not result.signal:
        return ""
    return f"{seen_signal_sentence(_indicator(result), result.period, result.signal, result.signal_since)} {NO_VERDICT}"


def action_sentences(row: Action, decided_on: date, baseline: Result, later: Later) -> str:
    """Return what may be said of the figure of an action, which is never that the action did it.

    What began with a signal or a single month is held against what is usual: such a month is followed by a better one by itself.
    """
    from exports.cycle.sentences import (
        action_sentence,
        break_sentence,
        broken_action_sentence,
        untold_action_sentence,
        usual_action_sentence,
        waiting_action_sentence,
    )

    about, mark = _indicator(baseline), later.mark
    if later.results and (later.usual or later.signal):
        newest = (released(later.results[-1].figure), later.results[-1].period)
        usual = (later.usual.level, later.usual.sides[newest[1]]) if later.usual else None
        said = usual_action_sentence(row.title, decided_on, about, newest, since=baseline.period, usual=usual)
    elif later.results:
        change = moved_since(baseline, later.results)[-1].change
        if isinstance(change, NotEstimable):
            said = untold_action_sentence(row.title, decided_on, about, baseline.period, change.reason)
        else:
            said = action_sentence(row.title, decided_on, about, change, baseline.period)
    elif later.broken:
        said = broken_action_sentence(row.title, decided_on, about)
    else:
        return waiting_action_sentence(row.title, decided_on, about)
    return said if mark is None else f"{said} {break_sentence(about, mark.after, mark.changes)}"


def goal_sentences(row: Goal, standing: Standing) -> str:
    """Return how a goal stands; what was measured in another way is not held against it."""
    from exports.cycle.goals import goal_sentence, no_room_sentence
    from exports.cycle.sentences import break_sentence, figure_sentence

    # What is good was chosen with the goal.
    newest = standing.newest
    about = _indicator(standing.baseline.model_copy(update={"polarity": Polarity(row.polarity)}))
    mark = standing.later.mark
    broken = "" if mark is None else break_sentence(about, mark.after, mark.changes)
    figure, target = released(newest.figure), standing.target
    if target is not None and standing.no_room and standing.later.results:
        said = no_room_sentence(about, figure, newest.period, target=target)
    elif target is None or standing.chance is None or standing.missed is None:
        said = figure_sentence(about, figure, newest.period)
    else:
        chances = (standing.chance, standing.missed)
        said = goal_sentence(about, figure, newest.period, target=target, tolerance=row.tolerance, chances=chances)
    return f"{said} {broken}".strip()


def _indicator(result: Result) -> Indicator:
    from exports.cycle.indicators import Indicator

    return Indicator(result.title, result.measure, result.polarity)
