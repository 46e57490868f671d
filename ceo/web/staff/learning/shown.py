"""Figures and periods as the pages of learning write them, and sentences about them.

The sentences come from `exports.cycle`, which is heavy: they are made in a thread. They are in Dutch, whatever the language of the page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from babel.dates import format_date
from babel.numbers import format_decimal
from litestar import Request

from analysis.results import SHARES, Measure
from ceo.storage.dialogues import Action
from ceo.storage.goals import Goal
from ceo.web.languages import N_, format_number
from ceo.web.staff.pages import staff_language, staff_words
from ceo.workflows.following.series import Figure
from ceo.workflows.learning.figures import Later
from ceo.workflows.learning.moving import moved_since, released
from ceo.workflows.learning.progress import Standing
from ceo.workflows.learning.results import Result
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
    """A result as a page tells it."""

    title: str
    period: str
    own: ShownFigure
    beside: ShownFigure | None
    beside_name: str
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A line of what came after a baseline: the figure, and how far it lies from it with its interval."""

    period: str
    own: ShownFigure
    change: str
    low: str
    high: str


def value_text(value: float, measure: Measure, language: str, *, signed: bool = False) -> str:
    """Return a figure in the notation of a language: shares as percentages.

    >>> value_text(0.7234, Measure.SHARE, "nl"), value_text(-4.0, Measure.SCORE, "nl", signed=True)
    ('72,3%', '−4,0')
    """
    scaled = value * 100 if measure in SHARES else value
    pattern = "+#,##0.0;−#,##0.0" if signed else "#,##0.0;−#,##0.0"
    sign = "%" if measure in SHARES and not signed else ""
    return format_decimal(round(scaled, 1) + 0.0, format=pattern, locale=language) + sign


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


def shown_result(request: Request[Any, Any, Any], result: Result, sentence: str = "") -> ShownResult:
    """Return a result as a page tells it."""
    language = staff_language(request)
    beside = None if result.beside is None else shown_figure(result.beside, result.measure, language)
    return ShownResult(
        result.title,
        period_text(request, result.period),
        shown_figure(result.figure, result.measure, language),
        beside,
        result.beside_name,
        sentence,
    )


def shown_changes(request: Request[Any, Any, Any], baseline: Result, later: Sequence[Result]) -> list[ShownChange]:
    """Return what came after a baseline, the newest first."""
    language, measure = staff_language(request), baseline.measure
    lines = [
        ShownChange(
            period_text(request, moved.result.period),
            shown_figure(moved.result.figure, measure, language),
            value_text(moved.change.value, measure, language, signed=True),
            value_text(moved.change.interval.low, measure, language, signed=True),
            value_text(moved.change.interval.high, measure, language, signed=True),
        )
        for moved in moved_since(baseline, later)
    ]
    return lines[::-1]


def result_sentence(result: Result) -> str:
    """Return one sentence about a result, also next to what it was held against."""
    from analysis.series.released_changes import change_of_released
    from exports.cycle.sentences import beside_sentence, figure_sentence

    said = figure_sentence(_indicator(result), released(result.figure), result.period)
    if result.beside is None or not result.beside_name:
        return said
    # A name of an area stands as it is; "Alle gemeenten" is no name.
    name = result.beside_name
    reference = name[0].lower() + name[1:] if name.startswith("Alle ") else name
    apart = change_of_released(released(result.beside), released(result.figure))
    return f"{said} {beside_sentence(_indicator(result), apart, reference)}"


def action_sentences(row: Action, decided_on: date, baseline: Result, later: Later) -> str:
    """Return what may be said of the figure of an action, which is never that the action did it."""
    from exports.cycle.sentences import action_sentence, break_sentence, broken_action_sentence, waiting_action_sentence

    about, mark = _indicator(baseline), later.mark
    if later.results:
        moved = moved_since(baseline, later.results)[-1]
        said = action_sentence(row.title, decided_on, about, moved.change, baseline.period)
    elif later.broken:
        said = broken_action_sentence(row.title, decided_on, about)
    else:
        return waiting_action_sentence(row.title, decided_on, about)
    return said if mark is None else f"{said} {break_sentence(about, mark.after, mark.changes)}"


def goal_sentences(row: Goal, standing: Standing) -> str:
    """Return how a goal stands; what was measured in another way is not held against it."""
    from exports.cycle.goals import goal_sentence
    from exports.cycle.sentences import break_sentence, figure_sentence

    # What is good was chosen with the goal.
    newest = standing.newest
    about = _indicator(standing.baseline.model_copy(update={"polarity": Polarity(row.polarity)}))
    mark = standing.later.mark
    broken = "" if mark is None else break_sentence(about, mark.after, mark.changes)
    if standing.target is None or standing.chance is None:
        said = figure_sentence(about, released(newest.figure), newest.period)
    else:
        said = goal_sentence(
            about,
            released(newest.figure),
            newest.period,
            target=standing.target,
            tolerance=row.tolerance,
            chance=standing.chance,
        )
    return f"{said} {broken}".strip()


def _indicator(result: Result) -> Indicator:
    from exports.cycle.indicators import Indicator

    return Indicator(result.title, result.measure, result.polarity)
