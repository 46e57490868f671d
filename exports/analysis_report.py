"""The report of an analysis of outside data: every figure in tables, for the researcher who asked for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from analysis.results import (
    OTHERS,
    SHARES,
    TOTAL,
    Cell,
    Comparison,
    Estimate,
    Measure,
    ProtectedComparison,
    ProtectedFigure,
    ProtectedResults,
    Suppressed,
)
from analysis.weighting.weighing import Weighted
from exports.blocks import figure_number, lean_table, number
from exports.figure_rows import Labels, figure_rows
from exports.report import Block, Bullets, Number, Report, Section, Table
from exports.weighting_section import weighting_section
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
DIFFERENCE_HEAD = (
    *("Groep", "Verschil", "Standaardfout", "Van", "Tot"),
    *("Effectgrootte", "p", "p na correctie", "Wat zien we?"),
)
REFERENCE_WORDS = {TOTAL: "iedereen samen", OTHERS: "de andere groepen"}
MEASURE_WORDS = {
    Measure.SCORE: "score (0 tot 100)",
    Measure.MEAN: "gemiddelde",
    Measure.TOTAL: "totaal",
    Measure.SHARE: "deel met een positief antwoord",
    Measure.CATEGORY: "deel per antwoord",
    Measure.MISSING: "deel zonder oordeel, per reden",
    Measure.RATIO: "verhouding van totalen",
    Measure.QUANTILE: "waarde waar dit deel onder ligt",
}
METHOD_SENTENCES = (
    "Standaardfouten komen uit Taylor-linearisatie over het opgegeven steekproefontwerp.",
    "Van en tot: het betrouwbaarheidsinterval van {confidence}. De methode staat erachter.",
    "Effectgrootte: van een deel Cohens h, en anders het verschil in standaardafwijkingen van alle antwoorden samen.",
    (
        "p na correctie: gecorrigeerd voor één vraag over alle eenheden en voor alle vragen van één eenheid "
        "(Benjamini-Hochberg), of voor de vragen die vooraf gekozen zijn (Holm). De grootste p staat er. "
        "We noemen een verschil alleen als het interval niet door nul gaat en p na correctie kleiner is dan 0,05."
    ),
    (
        "Een cijfer over minder dan {floor} mensen is niet getoond, "
        "en ook geen cijfer waarmee zo’n klein cijfer is uit te rekenen."
    ),
)
SHARE_DECIMALS = 1


def compose_analysis_report(
    results: ProtectedResults,
    *,
    title: str,
    labels: Mapping[str, str],
    source: Sequence[tuple[str, str]],
    made_on: date,
    confidence: float = 0.95,
    weighted: Weighted | None = None,
) -> Report:
    """Return all figures of an analysis as tables, one section an item.

    `labels` names items, breakdowns, units and references by their id, and answer options and levels by `item=code`.
    What has no label is shown by its id. `source` says where the data come from; `confidence` is that of the intervals;
    `weighted` how weights were made, if they were made.
    """
    names = _labels(results, labels)
    items = list(dict.fromkeys(cell.item for cell in results.figures))
    sections = [Section(title=names.item(item), blocks=_item_blocks(results, item, names)) for item in items]
    weighting = []
    if weighted is not None:
        weighting = [weighting_section(weighted.units, weighted.version, names, floor=results.policy.floor)]
    return Report(
        title=title,
        subtitle="Analyse van eigen gegevens",
        author="",
        made_on=made_on,
        simulated=False,
        summary=_summary(results, items, percentage_words(confidence)),
        sections=(*sections, *weighting, _method(results, percentage_words(confidence))),
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
    tables: list[Block] = []
    for measure in Measure:
        rows = [
            (_place_words(cell, names), *_cells(figure, measure, results.policy.floor))
            for cell, figure in results.figures.items()
            if cell.item == item and cell.measure is measure
        ]
        if rows:
            tables.append(lean_table(f"{names.item(item)}: {MEASURE_WORDS[measure]}", HEAD, rows))
        tables += _difference_tables(results, item, measure, names)
    return tuple(tables)


def _place_words(cell: Cell, names: Labels) -> str:
    """Return where a figure stands, in words: answer option, unit and group, or everyone."""
    group = f"{names.item(cell.breakdown)}: {names.option(cell.breakdown, cell.level)}" if cell.breakdown else ""
    category = _category_words(cell, names)
    return ", ".join(filter(None, (category, names.unit(cell.unit), group))) or "Iedereen"


def _category_words(cell: Cell, names: Labels) -> str:
    if cell.measure is Measure.QUANTILE:
        part = float(cell.category)
        return "mediaan" if part == _HALF else f"{percentage_words(part)} ligt hieronder"
    return names.option(cell.item, cell.category) if cell.category else ""


_HALF = 0.5


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


def _difference_tables(results: ProtectedResults, item: str, measure: Measure, names: Labels) -> list[Block]:
    """Return a table of differences for each reference, in the order of the results."""
    rows: dict[str, list[tuple[str | Number, ...]]] = defaultdict(list)
    for pair, comparison in results.comparisons.items():
        if pair.cell.item == item and pair.cell.measure is measure:
            cells = _difference_cells(comparison, measure, results.policy.floor)
            rows[pair.reference].append((_place_words(pair.cell, names), *cells))
    title = f"{names.item(item)}: {MEASURE_WORDS[measure]}, verschil met"
    return [
        Table(title=f"{title} {REFERENCE_WORDS.get(name) or names.item(name)}", head=DIFFERENCE_HEAD, rows=tuple(found))
        for name, found in rows.items()
    ]


def _difference_cells(comparison: ProtectedComparison, measure: Measure, floor: int) -> tuple[str | Number, ...]:
    if not isinstance(comparison, Comparison):
        return (*("-" for _ in DIFFERENCE_HEAD[1:-1]), reason_words(comparison, floor=floor))
    decimals = SHARE_DECIMALS if measure in SHARES else meaningful_decimals(comparison.se)
    values = (comparison.difference, comparison.se, comparison.interval.low, comparison.interval.high)
    return (
        *(figure_number(value, measure, decimals=decimals) for value in values),
        number(comparison.effect_size, decimals=2),
        Number(value=comparison.p_value, text=p_value_words(comparison.p_value), decimals=3),
        Number(value=comparison.p_adjusted, text=p_value_words(comparison.p_adjusted), decimals=3),
        direction_words(comparison),
    )


def _method(results: ProtectedResults, confidence: str) -> Section:
    items = tuple(sentence.format(floor=results.policy.floor, confidence=confidence) for sentence in METHOD_SENTENCES)
    return Section(title="Hoe leest u dit rapport?", blocks=(Bullets(items=items),))
