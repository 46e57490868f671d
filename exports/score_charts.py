"""Charts of theme scores: next to all municipalities, by group of clients, and among the other municipalities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.results import Cell, Estimate, Measure, ProtectedFigure
from exports.blocks import SCORE_HEAD, figure_cells, lean_table
from exports.findings import EVERYONE, Findings
from exports.report import IntervalChart, Number, Point, Range
from exports.wording import figure_words, number_words, reason_words, shown_interval, value_words
from questionnaires.codebook import CompositeVariable, Variable

EVERYONE_TITLE = "Alle gemeenten samen"
LOWEST, HIGHEST = 0, 100


@dataclass(frozen=True, slots=True)
class Entry:
    """A score to draw: what it is called, under which heading, and whether it is of the municipality that reads."""

    label: str
    figure: ProtectedFigure
    group: str = ""
    own: bool = False


def theme_chart(findings: Findings) -> IntervalChart | None:
    """Return the theme scores of the municipality, each with that of all municipalities together."""
    name = findings.context.municipality_name
    entries = []
    for composite in findings.codebook.composites:
        own = findings.own_figure(Measure.SCORE, composite.composite)
        total = findings.total_figure(Measure.SCORE, composite.composite)
        if own is not None:
            entries.append(Entry(name, own, composite.title, own=True))
        if total is not None:
            entries.append(Entry(EVERYONE_TITLE, total, composite.title))
    return _chart(entries, f"Scores per thema: {name} en {EVERYONE}", ("Thema", "Gemeente"), findings.floor)


def group_chart(findings: Findings, variable: Variable) -> IntervalChart | None:
    """Return the theme scores of groups of clients in the municipality."""
    entries = []
    for composite in findings.codebook.composites:
        for code in variable.codes:
            cell = Cell(Measure.SCORE, composite.composite, "", findings.own, variable.item, code.code)
            figure = findings.results.figures.get(cell)
            if figure is not None:
                entries.append(Entry(code.label, figure, composite.title))
    return _chart(entries, f"Scores per thema naar {variable.title.lower()}", ("Thema", "Groep"), findings.floor)


def mirror_chart(findings: Findings, composite: CompositeVariable, units: Sequence[str]) -> IntervalChart | None:
    """Return a theme score of municipalities, which stand in order of name, never of score; the total is a line.

    None when the own score is not shown: then there is nothing to set beside the others.
    """
    if not isinstance(findings.own_figure(Measure.SCORE, composite.composite), Estimate):
        return None
    entries = []
    for unit in units:
        figure = findings.results.figures.get(Cell(Measure.SCORE, composite.composite, "", unit))
        if figure is not None:
            entries.append(Entry(findings.context.units.get(unit, unit), figure, own=unit == findings.own))
    title = f"{composite.title}: {findings.context.municipality_name} naast andere gemeenten"
    chart = _chart(entries, title, ("Gemeente",), findings.floor)
    total = findings.total_figure(Measure.SCORE, composite.composite)
    if chart is None or not isinstance(total, Estimate):
        return chart
    label = f"{EVERYONE_TITLE}: {number_words(total.value, decimals=1)}"
    return chart.model_copy(update={"reference": total.value, "reference_label": label})


def _chart(entries: Sequence[Entry], title: str, head: tuple[str, ...], floor: int) -> IntervalChart | None:
    """Return the chart and the table of scores; None when there is nothing to draw."""
    if not any(isinstance(entry.figure, Estimate) for entry in entries):
        return None
    rows = [(*_names(entry), *figure_cells(entry.figure, Measure.SCORE, floor=floor)) for entry in entries]
    return IntervalChart(
        title=title,
        description=" ".join(f"{_words(entry, floor)}." for entry in entries),
        points=tuple(_point(entry, floor) for entry in entries),
        minimum=LOWEST,
        maximum=HIGHEST,
        table=lean_table(title, (*head, *SCORE_HEAD), rows),
    )


def _names(entry: Entry) -> tuple[str | Number, ...]:
    return (entry.group, entry.label) if entry.group else (entry.label,)


def _words(entry: Entry, floor: int) -> str:
    name = f"{entry.group}, {entry.label}" if entry.group else entry.label
    return f"{name}: {figure_words(entry.figure, Measure.SCORE, floor=floor)}"


def _point(entry: Entry, floor: int) -> Point:
    figure = entry.figure
    if not isinstance(figure, Estimate):
        text = reason_words(figure, floor=floor)
        return Point(label=entry.label, text=text, own=entry.own, group=entry.group)
    interval = shown_interval(figure.interval, Measure.SCORE)
    return Point(
        label=entry.label,
        text=value_words(figure.value, Measure.SCORE),
        range=Range(value=figure.value, low=interval.low, high=interval.high),
        own=entry.own,
        group=entry.group,
    )
