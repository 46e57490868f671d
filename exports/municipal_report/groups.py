"""The scores of groups of clients within the municipality."""

from __future__ import annotations

from analysis.results import Cell, Measure
from exports.blocks import hidden_words
from exports.findings import Findings
from exports.report import Block, IntervalChart, Paragraph, Section, Subheading
from exports.score_charts import group_chart
from questionnaires.codebook import Variable

_INTRO = (
    "Hier staan de scores van groepen cliënten in uw gemeente. We toetsen geen verschillen tussen groepen: "
    "als strepen elkaar raken, kan een verschil toeval zijn."
)


def group_section(findings: Findings) -> Section:
    """Return a chart for each division into groups; without blocks when nothing was divided."""
    blocks: list[Block] = []
    for variable in findings.breakdowns():
        chart, hidden = group_chart(findings, variable), _hidden(findings, variable)
        if chart or hidden:
            told = chart or Paragraph(text=f"De scores van deze groepen zijn {hidden}.")
            blocks += [Subheading(text=variable.title), told]
    drawn = any(isinstance(block, IntervalChart) for block in blocks)
    intro: list[Block] = [Paragraph(text=_INTRO)] if drawn else []
    return Section(title="Groepen cliënten", blocks=(*intro, *blocks))


def _hidden(findings: Findings, variable: Variable) -> str:
    """Return why no group has a score to show; empty when one has."""
    cells = (
        Cell(Measure.SCORE, composite.composite, "", findings.own, variable.item, code.code)
        for composite in findings.codebook.composites
        for code in variable.codes
    )
    return hidden_words((findings.results.figures.get(cell) for cell in cells), floor=findings.floor)
