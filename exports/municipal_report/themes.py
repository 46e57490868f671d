"""The scores of themes, the questions behind them, and the questions outside them."""

from __future__ import annotations

from analysis.results import Comparison, Estimate, Measure
from exports.blocks import distribution_charts, has_numbers, hidden_words, item_table, mean_table, option_table
from exports.claim_wording import comparison_sentence
from exports.findings import EVERYONE, Findings
from exports.report import Block, Paragraph, Section, Table
from exports.score_charts import theme_chart
from exports.wording import estimate_sentence, reason_words
from questionnaires.codebook import CompositeVariable, Variable
from questionnaires.comparability.words import joined

_OTHERS = "Andere vragen"


def score_section(findings: Findings) -> Section:
    """Return all theme scores in one chart."""
    chart = theme_chart(findings)
    intro = (
        "Een score loopt van 0 tot 100. Hoe hoger, hoe beter de ervaring van cliënten. "
        "De streep om een punt laat zien hoe onzeker de score is: "
        "de echte score ligt waarschijnlijk ergens op die streep."
    )
    return Section(title="Scores per thema", blocks=(Paragraph(text=intro), chart) if chart else ())


def theme_section(findings: Findings, composite: CompositeVariable) -> Section:
    """Return the score of a theme in words, and the answers to its questions."""
    variables = findings.theme_variables(composite)
    sentence = theme_sentence(findings, composite)
    blocks: list[Block] = [Paragraph(text=sentence)] if sentence else []
    blocks += _answers(findings, variables, composite.title)
    return Section(title=composite.title, blocks=tuple(blocks))


def other_questions(findings: Findings) -> Section:
    """Return the answers to the questions that are in no theme."""
    return Section(title=_OTHERS, blocks=tuple(_answers(findings, findings.loose_variables(), _OTHERS)))


def score_tables(findings: Findings) -> list[Table]:
    """Return the scores of all questions, a table for each theme and one for the other questions."""
    groups = [(composite.title, findings.theme_variables(composite)) for composite in findings.codebook.composites]
    groups.append((_OTHERS, findings.loose_variables()))
    tables = (item_table(findings, variables, f"{title}: score per vraag") for title, variables in groups)
    return [table for table in tables if table and has_numbers(table)]


def theme_sentence(findings: Findings, composite: CompositeVariable) -> str:
    """Return the score of a theme and how it lies next to all municipalities together."""
    figure = findings.own_figure(Measure.SCORE, composite.composite)
    if figure is None:
        return ""
    sentence = estimate_sentence(composite.title, figure, floor=findings.floor)
    comparison = comparison_words(findings, composite)
    return f"{sentence} {comparison}".strip() if isinstance(figure, Estimate) else sentence


def comparison_words(findings: Findings, composite: CompositeVariable, *, subject: str = "Dat") -> str:
    """Return what may be said about the difference with all municipalities together, or why nothing may."""
    comparison = findings.comparison(composite.composite)
    if comparison is None:
        return ""
    if isinstance(comparison, Comparison):
        return comparison_sentence(comparison, f"de score van {EVERYONE}", subject=subject)
    return f"Het verschil met {EVERYONE} is {reason_words(comparison, floor=findings.floor)}."


def _answers(findings: Findings, variables: list[Variable], title: str) -> list[Block]:
    charts = distribution_charts(findings, variables, f"{title}: welke antwoorden gaven mensen?")
    means = mean_table(findings, variables, f"{title}: gemiddelden")
    options = [option_table(findings, variable) for variable in variables]
    tables = [table for table in (means, *options) if table and has_numbers(table)]
    return [*charts, *tables, *_hidden(findings, variables)]


def _hidden(findings: Findings, variables: list[Variable]) -> list[Paragraph]:
    """Return which questions have no answers to show, for each reason."""
    names: dict[str, list[str]] = {}
    for variable in variables:
        asked = [findings.own_figure(Measure.CATEGORY, variable.item, code.code) for code in variable.codes]
        reason = hidden_words((*asked, findings.own_figure(Measure.MEAN, variable.item)), floor=findings.floor)
        if reason:
            names.setdefault(reason, []).append(f"‘{variable.title}’")
    return [Paragraph(text=f"De antwoorden op {joined(titles)} zijn {reason}.") for reason, titles in names.items()]
