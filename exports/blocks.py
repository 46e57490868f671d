"""Tables and charts of a municipality's figures. A figure that is not there stands as its reason, never as a blank."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from analysis.results import SHARES, Comparison, Estimate, Flag, Measure, ProtectedComparison, ProtectedFigure
from exports.findings import EVERYONE, Findings
from exports.report import Bar, DistributionChart, DistributionRow, Number, Table
from exports.wording import (
    difference_decimals,
    direction_words,
    flag_words,
    number_words,
    percentage_words,
    reason_words,
    shown_interval,
)
from questionnaires.codebook import Code, Variable, VariableKind

SCORE_HEAD = ("Score", "Van", "Tot", "Antwoorden", "Let op")
EMPTY = ("", "-")
DISTRIBUTION_NOTE = "Percentages zijn afgerond en tellen daardoor niet altijd op tot 100%."
SEVERAL_NOTE = "Mensen konden meer antwoorden kiezen. De delen kunnen samen meer dan 100% zijn."
NEUTRAL_SCORE = 50.0
SCORE_ENDS = (0.0, 100.0)


def number(value: float, *, decimals: int = 0) -> Number:
    """Return a number for a table."""
    return Number(value=value, text=number_words(value, decimals=decimals), decimals=decimals)


def percentage(share: float, *, decimals: int = 0) -> Number:
    """Return a share for a table, read as a percentage."""
    text = percentage_words(share, decimals=decimals)
    return Number(value=share, text=text, decimals=decimals, percentage=True)


def figure_number(value: float, measure: Measure, *, decimals: int) -> Number:
    """Return a value in the notation of its measure."""
    if measure in SHARES:
        return percentage(value, decimals=decimals)
    return number(value, decimals=decimals)


def lean_table(title: str, head: Sequence[str], rows: Sequence[tuple[str | Number, ...]], note: str = "") -> Table:
    """Return a table without the columns that say nothing in any row."""
    kept = [
        column
        for column in range(len(head))
        if column == 0 or any(isinstance(row[column], Number) or row[column] not in EMPTY for row in rows)
    ]
    return Table(
        title=title,
        head=tuple(head[column] for column in kept),
        rows=tuple(tuple(row[column] for column in kept) for row in rows),
        note=note,
    )


def has_numbers(table: Table) -> bool:
    """Return whether a table holds more than reasons for having no figure."""
    return any(isinstance(cell, Number) for row in table.rows for cell in row)


def hidden_words(figures: Iterable[ProtectedFigure | ProtectedComparison | None], *, floor: int) -> str:
    """Return why figures are not there, each reason once; empty when one of them is, or when none was asked for."""
    found = [figure for figure in figures if figure is not None]
    reasons = [reason_words(it, floor=floor) for it in found if not isinstance(it, Estimate | Comparison)]
    return " of ".join(dict.fromkeys(reasons)) if len(reasons) == len(found) else ""


def figure_cells(
    figure: ProtectedFigure, measure: Measure, *, floor: int, decimals: int = 1
) -> tuple[str | Number, ...]:
    """Return value, interval, respondents and remarks of a figure: the cells under `SCORE_HEAD`."""
    if not isinstance(figure, Estimate):
        return ("-", "-", "-", "-", reason_words(figure, floor=floor))
    interval = shown_interval(figure.interval, measure)
    return (
        figure_number(figure.value, measure, decimals=decimals),
        figure_number(interval.low, measure, decimals=decimals),
        figure_number(interval.high, measure, decimals=decimals),
        number(figure.respondents),
        flag_words(figure.flags),
    )


def difference_cells(comparison: ProtectedComparison, *, floor: int) -> tuple[str | Number, ...]:
    """Return difference, interval and verdict of a comparison of scores."""
    if not isinstance(comparison, Comparison):
        return ("-", "-", "-", reason_words(comparison, floor=floor))
    decimals = difference_decimals(comparison)
    values = (comparison.difference, comparison.interval.low, comparison.interval.high)
    return (*(number(value, decimals=decimals) for value in values), direction_words(comparison))


def item_table(findings: Findings, variables: Sequence[Variable], title: str) -> Table | None:
    """Return the scores of questions, with the share of positive answers and the verdict against all municipalities."""
    rows = [row for variable in variables if (row := _item_row(findings, variable))]
    if not rows:
        return None
    head = ("Vraag", *SCORE_HEAD[:3], "Positief", "Van", "Tot", "Antwoorden", f"Naast {EVERYONE}", "Let op")
    note = (
        "Score: van 0 tot 100. Positief: deel met een positief antwoord. "
        "Van en tot: het echte cijfer ligt waarschijnlijk hiertussen."
    )
    return lean_table(title, head, rows, note)


def _item_row(findings: Findings, variable: Variable) -> tuple[str | Number, ...] | None:
    figure = findings.own_figure(Measure.SCORE, variable.item)
    if figure is None:
        return None
    score, low, high, respondents, remarks = figure_cells(figure, Measure.SCORE, floor=findings.floor)
    share = findings.own_figure(Measure.SHARE, variable.item)
    positive: tuple[str | Number, ...] = ("-", "-", "-")
    if isinstance(share, Estimate):
        positive = figure_cells(share, Measure.SHARE, floor=findings.floor, decimals=0)[:3]
    return (variable.label, score, low, high, *positive, respondents, _verdict(findings, variable.item), remarks)


def _verdict(findings: Findings, item: str) -> str:
    comparison = findings.comparison(item)
    if comparison is None:
        return "-"
    if isinstance(comparison, Comparison):
        return direction_words(comparison)
    return reason_words(comparison, floor=findings.floor)


def mean_table(findings: Findings, variables: Sequence[Variable], title: str) -> Table | None:
    """Return the means of questions with a number as answer."""
    rows = [
        (variable.label, *figure_cells(figure, Measure.MEAN, floor=findings.floor))
        for variable in variables
        if (figure := findings.own_figure(Measure.MEAN, variable.item)) is not None
    ]
    head = ("Vraag", "Gemiddelde", *SCORE_HEAD[1:])
    return lean_table(title, head, rows) if rows else None


def option_table(findings: Findings, variable: Variable) -> Table | None:
    """Return the share of every answer option: of a question with several answers, or with a number as answer."""
    if variable.kind not in (VariableKind.MULTI, VariableKind.INTEGER):
        return None
    rows = [
        (code.label, *figure_cells(figure, Measure.CATEGORY, floor=findings.floor, decimals=0))
        for code in variable.codes
        if (figure := findings.own_figure(Measure.CATEGORY, variable.item, code.code)) is not None
    ]
    head = ("Antwoord", "Deel van de mensen", *SCORE_HEAD[1:])
    note = SEVERAL_NOTE if variable.kind is VariableKind.MULTI else DISTRIBUTION_NOTE
    return lean_table(variable.label, head, rows, note) if rows else None


def distribution_charts(findings: Findings, variables: Sequence[Variable], title: str) -> list[DistributionChart]:
    """Return one chart for all questions that share their answer options; none where nothing would be drawn."""
    groups: dict[tuple[str, ...], list[Variable]] = {}
    for variable in variables:
        asked = variable.codes and findings.own_figure(Measure.CATEGORY, variable.item, variable.codes[0].code)
        if variable.kind in (VariableKind.ORDINAL, VariableKind.NOMINAL) and asked:
            groups.setdefault(tuple(code.label for code in variable.codes), []).append(variable)
    charts = (_distribution_chart(findings, group, title) for group in groups.values())
    return [chart for chart in charts if any(row.bars for row in chart.rows)]


def _distribution_chart(findings: Findings, variables: Sequence[Variable], title: str) -> DistributionChart:
    rows = tuple(_distribution_row(findings, variable) for variable in variables)
    name = title if len(variables) > 1 else variables[0].label
    table = lean_table(
        f"{name} (percentages)",
        ("Vraag", *(code.label for code in variables[0].codes), "Antwoorden", "Let op"),
        [_share_row(findings, variable) for variable in variables],
        DISTRIBUTION_NOTE,
    )
    description = " ".join(f"{row.label} {_row_words(row)}" for row in rows)
    return DistributionChart(title=name, description=description, rows=rows, table=table)


def _option_figures(findings: Findings, variable: Variable) -> list[ProtectedFigure]:
    """Return the figures of all answer options; analysis asks for all of them or for none."""
    figures = [findings.own_figure(Measure.CATEGORY, variable.item, code.code) for code in variable.codes]
    return [figure for figure in figures if figure is not None]


def _distribution_row(findings: Findings, variable: Variable) -> DistributionRow:
    bars = []
    for code, figure in zip(variable.codes, _option_figures(findings, variable), strict=True):
        if not isinstance(figure, Estimate):
            return DistributionRow(label=variable.label, reason=reason_words(figure, floor=findings.floor))
        bars.append(_bar(code, figure.value))
    return DistributionRow(label=variable.label, bars=tuple(bars))


def _share_row(findings: Findings, variable: Variable) -> tuple[str | Number, ...]:
    figures = _option_figures(findings, variable)
    shown = [figure for figure in figures if isinstance(figure, Estimate)]
    hidden = [figure for figure in figures if not isinstance(figure, Estimate)]
    if hidden:
        return (variable.label, *("-" for _ in figures), "-", reason_words(hidden[0], floor=findings.floor))
    flags = frozenset[Flag]().union(*(figure.flags for figure in shown)) - {Flag.BOUNDARY}
    shares = (percentage(figure.value) for figure in shown)
    return (variable.label, *shares, number(shown[0].respondents), flag_words(flags))


def _bar(code: Code, share: float) -> Bar:
    return Bar(
        label=code.label,
        share=share,
        text=percentage_words(share),
        stance=stance(code),
        strong=code.score in SCORE_ENDS,
    )


def stance(code: Code) -> Literal["positive", "neutral", "negative", "other"]:
    """Return on which side of the scale an answer option stands; options without a score stand on none."""
    if code.positive:
        return "positive"
    if code.score is None:
        return "other"
    return "negative" if code.score < NEUTRAL_SCORE else "neutral"


def _row_words(row: DistributionRow) -> str:
    if not row.bars:
        return f"{row.reason}."
    return ", ".join(f"{bar.label.lower()} {bar.text}" for bar in row.bars) + "."
