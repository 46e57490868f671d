"""The report of an analysis of outside data: every figure in tables, for the researcher who asked for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from analysis.results import (
    Cell,
    Comparison,
    Estimate,
    Measure,
    ProtectedComparison,
    ProtectedFigure,
    ProtectedResults,
    Suppressed,
)
from exports.blocks import figure_number, lean_table, number
from exports.figure_rows import Labels, figure_rows
from exports.report import Block, Bullets, Number, Report, Section, Table
from exports.wording import (
    METHOD_WORDS,
    count_words,
    direction_words,
    flag_words,
    meaningful_decimals,
    p_value_words,
    percentage_words,
    reason_words,
    shown_interval,
)

HEAD = ("Groep", "Waarde", "Standaardfout", "Van", "Tot", "Antwoorden", "Effectief aantal", "Methode", "Let op")
DIFFERENCE_HEAD = ("Groep", "Verschil", "Standaardfout", "Van", "Tot", "p", "p na correctie", "Wat zien we?")
MEASURE_WORDS = {
    Measure.SCORE: "score (0 tot 100)",
    Measure.MEAN: "gemiddelde",
    Measure.TOTAL: "totaal",
    Measure.SHARE: "deel met een positief antwoord",
    Measure.CATEGORY: "deel per antwoord",
}
METHOD_SENTENCES = (
    "Standaardfouten komen uit Taylor-linearisatie over het opgegeven steekproefontwerp.",
    "Van en tot: het betrouwbaarheidsinterval van {confidence}. De methode staat erachter.",
    (
        "p na correctie: Benjamini-Hochberg over de vergelijkingen van één familie. "
        "We noemen een verschil alleen als het interval niet door nul gaat en p na correctie kleiner is dan 0,05."
    ),
    (
        "Een cijfer over minder dan {floor} mensen is niet getoond, "
        "en ook geen cijfer waarmee zo’n klein cijfer is uit te rekenen."
    ),
)
SHARES = (Measure.SHARE, Measure.CATEGORY)
SHARE_DECIMALS = 1


def compose_analysis_report(
    results: ProtectedResults,
    *,
    title: str,
    labels: Mapping[str, str],
    source: Sequence[tuple[str, str]],
    made_on: date,
    author: str = "",
    confidence: float = 0.95,
) -> Report:
    """Return all figures of an analysis as tables, one section an item.

    `labels` names items, breakdowns and units by their id, and answer options and levels by `item=code`. What has no
    label is shown by its id. `source` says where the data come from; `confidence` is that of the intervals.
    """
    names = _labels(results, labels)
    items = list(dict.fromkeys(cell.item for cell in results.figures))
    sections = [Section(title=names.item(item), blocks=_item_blocks(results, item, names)) for item in items]
    return Report(
        title=title,
        subtitle="Analyse van eigen gegevens",
        author=author,
        made_on=made_on,
        simulated=False,
        summary=_summary(results, items, percentage_words(confidence)),
        sections=(*sections, _method(results, percentage_words(confidence))),
        figures=figure_rows(results, names, results.figures),
        source=tuple(source),
    )


def _labels(results: ProtectedResults, labels: Mapping[str, str]) -> Labels:
    options = {}
    for cell in results.figures:
        for item, code in ((cell.item, cell.category), (cell.breakdown, cell.level)):
            if f"{item}={code}" in labels:
                options[item, code] = labels[f"{item}={code}"]
    return Labels(labels, options, labels)


def _summary(results: ProtectedResults, items: Sequence[str], confidence: str) -> tuple[str, ...]:
    hidden = sum(isinstance(figure, Suppressed) for figure in results.figures.values())
    figures = count_words(len(results.figures), "cijfer", "cijfers")
    asked = count_words(len(items), "vraag", "vragen")
    sentences = [f"Dit rapport geeft {figures} over {asked}, elk met een betrouwbaarheidsinterval van {confidence}."]
    everyone = results.respondents.get("")
    if isinstance(everyone, int):
        verb = "staat" if everyone == 1 else "staan"
        sentences.insert(
            0, f"In de gegevens {verb} {count_words(everyone, 'persoon of eenheid', 'personen of eenheden')}."
        )
    if hidden:
        verb = "is" if hidden == 1 else "zijn"
        sentences.append(
            f"{count_words(hidden, 'cijfer', 'cijfers')} {verb} niet getoond, omdat het om minder dan "
            f"{results.policy.floor} mensen gaat of een te kleine groep zou verraden."
        )
    return tuple(sentences)


def _item_blocks(results: ProtectedResults, item: str, names: Labels) -> tuple[Block, ...]:
    tables = []
    for measure in Measure:
        rows = [
            (_place_words(cell, names), *_cells(figure, measure, results.policy.floor))
            for cell, figure in results.figures.items()
            if cell.item == item and cell.measure is measure
        ]
        if rows:
            tables.append(lean_table(f"{names.item(item)}: {MEASURE_WORDS[measure]}", HEAD, rows))
        differences = _difference_rows(results, item, measure, names)
        if differences:
            words = f"{names.item(item)}: {MEASURE_WORDS[measure]}, verschil met iedereen samen"
            tables.append(Table(title=words, head=DIFFERENCE_HEAD, rows=tuple(differences)))
    return tuple(tables)


def _place_words(cell: Cell, names: Labels) -> str:
    """Return where a figure stands, in words: answer option, unit and group, or everyone."""
    group = f"{names.item(cell.breakdown)}: {names.option(cell.breakdown, cell.level)}" if cell.breakdown else ""
    category = names.option(cell.item, cell.category) if cell.category else ""
    return ", ".join(filter(None, (category, names.unit(cell.unit), group))) or "Iedereen"


def _cells(figure: ProtectedFigure, measure: Measure, floor: int) -> tuple[str | Number, ...]:
    if not isinstance(figure, Estimate):
        return (*("-" for _ in HEAD[1:-1]), reason_words(figure, floor=floor))
    decimals = SHARE_DECIMALS if measure in SHARES else meaningful_decimals(figure.se)
    interval = shown_interval(figure.interval, measure)
    values = (figure.value, figure.se, interval.low, interval.high)
    return (
        *(figure_number(value, measure, decimals=decimals) for value in values),
        number(figure.respondents),
        number(figure.effective_n, decimals=1),
        METHOD_WORDS[figure.method],
        flag_words(figure.flags),
    )


def _difference_rows(
    results: ProtectedResults, item: str, measure: Measure, names: Labels
) -> list[tuple[str | Number, ...]]:
    return [
        (_place_words(pair.cell, names), *_difference_cells(comparison, measure, results.policy.floor))
        for pair, comparison in results.comparisons.items()
        if pair.cell.item == item and pair.cell.measure is measure
    ]


def _difference_cells(comparison: ProtectedComparison, measure: Measure, floor: int) -> tuple[str | Number, ...]:
    if not isinstance(comparison, Comparison):
        return (*("-" for _ in DIFFERENCE_HEAD[1:-1]), reason_words(comparison, floor=floor))
    decimals = SHARE_DECIMALS if measure in SHARES else meaningful_decimals(comparison.se)
    values = (comparison.difference, comparison.se, comparison.interval.low, comparison.interval.high)
    return (
        *(figure_number(value, measure, decimals=decimals) for value in values),
        Number(value=comparison.p_value, text=p_value_words(comparison.p_value), decimals=3),
        Number(value=comparison.p_adjusted, text=p_value_words(comparison.p_adjusted), decimals=3),
        direction_words(comparison),
    )


def _method(results: ProtectedResults, confidence: str) -> Section:
    items = tuple(sentence.format(floor=results.policy.floor, confidence=confidence) for sentence in METHOD_SENTENCES)
    return Section(title="Hoe leest u dit rapport?", blocks=(Bullets(items=items),))
