"""Quotes come into a report that was made earlier when it is shown, at the place where one that is composed with them has them."""

from __future__ import annotations

from analysis.disclosure import protect
from analysis.results import Results
from exports.composing import compose_municipality_report
from exports.findings import ReportContext
from exports.municipal_report.additions import Additions, Quote
from exports.municipal_report.stories import with_quotes
from exports.report import Quotation, Report
from questionnaires.codebook import Codebook


def test_quotes_stand_where_a_report_that_is_composed_with_them_has_them(
    report: Report, results: Results, codebook: Codebook, context: ReportContext
) -> None:
    additions = Additions(quotes=(Quote("Fijn.", "delen_anoniem"),))
    composed = compose_municipality_report(protect(results), codebook, context, additions=additions)
    quoted = with_quotes(report, [" Fijn. ", "  "])
    assert [section.title for section in quoted.sections] == [section.title for section in composed.sections]
    [told] = [section for section in quoted.sections if section.title == "Wat mensen vertellen"]
    assert told.blocks[1:] == (Quotation(text="Fijn."),)


def test_without_quotes_a_report_stays_as_it_was(report: Report) -> None:
    assert with_quotes(report, ["  "]) == report
