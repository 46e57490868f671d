"""The report of a municipality: protected results in the order in which people read."""

from __future__ import annotations

from analysis.results import ProtectedResults
from exports.comparability import comparability_section, mark_flags
from exports.figure_rows import codebook_labels, figure_rows
from exports.findings import Findings, ReportContext
from exports.municipal_report.additions import Additions
from exports.municipal_report.groups import group_section
from exports.municipal_report.method import method_section, source_of, table_section
from exports.municipal_report.mirror import mirror_section
from exports.municipal_report.response import response_section
from exports.municipal_report.stories import story_section
from exports.municipal_report.summary import summary
from exports.municipal_report.themes import other_questions, score_section, theme_section
from exports.municipal_report.trend import trend_section
from exports.report import Report, Section
from questionnaires.codebook import Codebook


def compose_municipality_report(
    results: ProtectedResults,
    codebook: Codebook,
    context: ReportContext,
    *,
    additions: Additions = Additions(),  # noqa: B008 - frozen
) -> Report:
    """Return what a municipality reads about its own round, next to all municipalities together.

    Of the `additions` (who answered, bands, earlier figures, stories) those that are absent leave no trace.
    """
    findings = Findings(results, codebook, context, additions)
    return Report(
        title=f"{context.round_title}: {context.municipality_name}",
        subtitle=f"{codebook.title}, {context.period}",
        author=f"Gemeente {context.municipality_name}",
        made_on=context.made_on,
        simulated=context.simulated,
        summary=summary(findings),
        sections=_sections(findings),
        figures=figure_rows(
            results, codebook_labels(codebook, context.units), findings.shown_cells(), mark_flags(results.marks)
        ),
        source=source_of(findings),
    )


def _sections(findings: Findings) -> tuple[Section, ...]:
    """Return the sections that have something to tell."""
    body = (
        response_section(findings),
        score_section(findings),
        *(theme_section(findings, composite) for composite in findings.codebook.composites),
        other_questions(findings),
        group_section(findings),
        mirror_section(findings),
        trend_section(findings),
        story_section(findings),
        comparability_section(findings),
    )
    sections = (*body, method_section(findings, body), table_section(findings))
    return tuple(section for section in sections if section.blocks)
