"""The own municipality beside the others: differences in words, where it lies among all, and never a rank."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import Final

from exports.blocks import difference_cells, hidden_words, lean_table
from exports.claim_wording import band_sentence, band_words
from exports.findings import EVERYONE, Findings
from exports.municipal_report.funnels import funnel_chart
from exports.municipal_report.themes import comparison_words
from exports.report import Block, IntervalChart, Number, Paragraph, Section, Subheading, Table
from exports.score_charts import mirror_chart
from questionnaires.codebook import CompositeVariable

MOST_DRAWN: Final = 40  # municipalities in a chart with a row for each
_ALIKE: Final = 16  # of more, those that are drawn: a funnel and such a chart share a page
_NO_RANKS: Final = "Dit is geen ranglijst: gemeenten verschillen in wie er hulp krijgt."


def mirror_section(findings: Findings) -> Section:
    """Return each theme score beside those of others; without blocks when there are no others."""
    units, which = drawn_units(findings)
    hidden = hidden_words(
        (findings.comparison(composite.composite) for composite in findings.codebook.composites), floor=findings.floor
    )
    blocks: list[Block] = []
    for composite in findings.codebook.composites:
        found = (funnel_chart(findings, composite), mirror_chart(findings, composite, units))
        charts = [chart for chart in found if chart]
        if charts:
            blocks += [Subheading(text=composite.title), *_words(findings, composite, told=bool(hidden)), *charts]
    if blocks:
        blocks = [Paragraph(text=_intro(blocks, which)), *difference_tables(findings), *blocks]
    if hidden:
        blocks.insert(0, Paragraph(text=f"De vergelijking met {EVERYONE} is {hidden}."))
    return Section(title="Naast andere gemeenten", blocks=tuple(blocks))


def drawn_units(findings: Findings) -> tuple[list[str], str]:
    """Return the municipalities that get a row in charts, in order of name, and words that say which they are."""
    units, beside = findings.units_by_name(), findings.additions.beside
    if beside:
        chosen = [unit for unit in units if unit in beside or unit == findings.own]
        return chosen, "De gekozen gemeenten staan op volgorde van naam."
    if len(units) <= MOST_DRAWN:
        return units, "De gemeenten staan op volgorde van naam."
    alike = _alike_in_size(findings, units)
    number = len(alike) - 1
    return alike, f"Uw gemeente staat tussen {number} gemeenten met ongeveer evenveel cliënten, op volgorde van naam."


def difference_tables(findings: Findings, *, bands: bool = True) -> list[Table]:
    """Return the table of differences with all municipalities together; none when nothing was compared."""
    rows = [
        (
            composite.title,
            *difference_cells(comparison, floor=findings.floor),
            band_words(band) if bands and (band := findings.band(composite.composite)) is not None else "",
        )
        for composite in findings.codebook.composites
        if (comparison := findings.comparison(composite.composite)) is not None
    ]
    if not any(isinstance(row[1], Number) for row in rows):
        return []
    head = ("Thema", "Verschil", "Van", "Tot", "Wat zien we?", "Onder alle gemeenten")
    note = f"Verschil: score van uw gemeente min de score van {EVERYONE}, in punten."
    return [lean_table(f"Verschil met {EVERYONE}", head, rows, note)]


def _intro(blocks: Sequence[Block], which: str) -> str:
    charts = [block for block in blocks if isinstance(block, IntervalChart)]
    line = any(chart.reference is not None for chart in charts)
    parts = (which if charts else "", _NO_RANKS, f"De streeplijn is de score van {EVERYONE}." if line else "")
    return " ".join(part for part in parts if part)


def _words(findings: Findings, composite: CompositeVariable, *, told: bool) -> list[Block]:
    """Return what may be said about a theme; `told`: why there are no differences was said already."""
    sentence = (
        ""
        if told
        else comparison_words(findings, composite, subject=f"De score van {findings.context.municipality_name}")
    )
    band = findings.band(composite.composite)
    sentences = (sentence, "" if band is None else band_sentence(band))
    text = " ".join(part for part in sentences if part)
    return [Paragraph(text=text)] if text else []


def _alike_in_size(findings: Findings, units: list[str]) -> list[str]:
    """Return the own municipality with those whose number of clients is nearest, as a ratio; none when that is not known."""
    clients = {unit: n for unit in units if (n := findings.results.populations.get(unit, 0.0)) > 0}
    own = clients.pop(findings.own, 0.0)
    near = sorted(clients, key=lambda unit: abs(log(clients[unit] / own))) if own else []
    chosen = {findings.own, *near[:_ALIKE]} if near else set[str]()
    return [unit for unit in units if unit in chosen]
