"""The page for the council: two sides of A4 whatever the questionnaire is, and nothing that an interval does not carry."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from io import BytesIO

import municipal_reports
import page
import pytest
from municipal_reports import ZEIST, difference, figure
from pypdf import PdfReader

from analysis.disclosure import protect
from analysis.plan import NOT_COUNTED
from analysis.policy import DisclosurePolicy
from analysis.results import Cell, Measure, Pair, ProtectedResults, Results, Suppressed
from analysis.units.banding import Band
from exports.findings import ReportContext
from exports.html import write_html
from exports.municipal_report.additions import Additions, Deed, EarlierFigure, Quote, Trend
from exports.municipal_report.council import compose_council_page
from exports.pdf.writing import write_pdf
from exports.report import Bullets, IntervalChart, Paragraph, Report, Section
from questionnaires.codebook import Codebook, build_codebook
from questionnaires.loading import load_shipped
from questionnaires.publishing import publish

SHIPPED = ("wmo@1", "wmo@2", "participatie@1", "jeugd-ouders@1", "jeugd-jongeren@1")
LONG = "Nederbetuwsewaardenlandschap en Buitengewesten aan de Overzijde van het Water " * 4
WORD = "Hulpmiddelenverstrekkingsvoorzieningen" * 3


def section(report: Report, title: str) -> Section:
    return next(it for it in report.sections if it.title == title)


def bullets(report: Report, title: str) -> tuple[str, ...]:
    return tuple(line for it in section(report, title).blocks if isinstance(it, Bullets) for line in it.items)


def pages(report: Report) -> int:
    return len(PdfReader(BytesIO(write_pdf(report))).pages)


@cache
def shipped(name: str) -> Codebook:
    return build_codebook(publish(load_shipped(name)))


def full_results(codebook: Codebook, *, own: float = 70.0, beside: float = 5.0) -> ProtectedResults:
    """Every figure that a council could be told, each with a clear difference."""
    figures, comparisons = {}, {}
    names = [it.item for it in codebook.variables if it.kind not in NOT_COUNTED]
    for number, name in enumerate((*names, *(it.composite for it in codebook.composites))):
        for unit in ("", ZEIST):
            figures[Cell(Measure.SCORE, name, "", unit)] = figure(own, 400)
            figures[Cell(Measure.SHARE, name, "", unit)] = figure(own / 100, 400, sd=0.5)
        comparisons[Pair(Cell(Measure.SCORE, name, "", ZEIST))] = difference(beside + (1.5 + number) / 100, 1.0)
    return ProtectedResults(figures, comparisons, {"": 4000, ZEIST: 400}, {ZEIST: 1600.0}, DisclosurePolicy())


def everything(codebook: Codebook) -> Additions:
    trend = Trend((EarlierFigure("2024", 50.0, municipal_reports.figure(50.0, 400).interval),), "2026")
    names = [it.composite for it in codebook.composites]
    return replace(
        municipal_reports.additions(),
        trends=dict.fromkeys(names, trend),
        # The longest: two bands, and one of them beside a clear difference.
        bands={
            Cell(Measure.SCORE, name, "", ZEIST): (Band.AS_EXPECTED, Band.MUCH_WORSE)[number % 2]
            for number, name in enumerate(names)
        },
    )


def lengthened(codebook: Codebook, text: str, *, themes: int = 3) -> Codebook:
    """The codebook with that text for every name, and so many times as many themes."""
    variables = tuple(replace(it, title=text, label=text) for it in codebook.variables)
    composites = tuple(
        replace(it, composite=f"{it.composite}{n}", title=f"{it.theme[0]}{n} {text}")
        for it in codebook.composites
        for n in range(themes)
    )
    return replace(codebook, title=text, questionnaire=text, variables=variables, composites=composites)


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("beside", [5.0, -5.0])
def test_it_fits_two_pages_for_every_questionnaire(name: str, beside: float, context: ReportContext) -> None:
    codebook = shipped(name)
    results = full_results(codebook, own=70 if beside > 0 else 30, beside=beside)
    assert pages(compose_council_page(results, codebook, context, additions=everything(codebook))) == 2


@pytest.mark.parametrize("text", [LONG, WORD], ids=["words", "word"])
@pytest.mark.parametrize(("beside", "mixed"), [(5.0, False), (-5.0, True)])
@pytest.mark.parametrize("themes", [1, 3])
def test_it_fits_two_pages_whatever_is_called_how_long(
    text: str,
    beside: float,
    mixed: bool,  # noqa: FBT001 - a parameter
    themes: int,
    context: ReportContext,
) -> None:
    codebook = lengthened(shipped("participatie@1"), text, themes=themes)
    results = full_results(codebook, own=70 if beside > 0 else 30, beside=beside)
    if mixed:
        others = full_results(codebook, beside=15.0).comparisons
        second = {pair: found for number, (pair, found) in enumerate(others.items()) if number % 2}
        results = replace(results, comparisons={**results.comparisons, **second})
    named = replace(context, municipality_name=text, round_title=text, period=text, invited=10**6, submitted=10**5)
    report = compose_council_page(results, codebook, named, additions=everything(codebook))
    assert pages(report) <= 2


@pytest.mark.parametrize("text", ["kort", LONG, WORD], ids=["short", "words", "word"])
def test_what_was_decided_and_told_comes_with_it_as_far_as_there_is_room(text: str, context: ReportContext) -> None:
    codebook = shipped("wmo@2")
    deeds = tuple(Deed(f"{number} {text}", text) for number in range(9))
    quotes = (Quote("Dit mag niemand lezen.", "leren_intern"), *(Quote(text, "delen_anoniem") for _ in range(9)))
    told = replace(everything(codebook), deeds=deeds, quotes=quotes, bands={})
    report = compose_council_page(full_results(codebook), codebook, context, additions=told)
    assert pages(report) <= 2
    assert "Dit mag niemand lezen" not in write_html(report)
    if text == "kort":
        assert bullets(report, "Wat is besproken en besloten?") == tuple(f"{number} kort: kort." for number in range(4))
        assert write_html(report).count("report-quote") == 2


def test_it_meets_the_rules_of_pdf_ua(results: Results, codebook: Codebook, context: ReportContext) -> None:
    report = compose_council_page(protect(results), codebook, context, additions=municipal_reports.additions())
    found = page.validate_pdf_bytes(write_pdf(report), profile=page.ValidationProfile.PDF_UA_1)
    assert [it.message for it in found.failures] == []


def test_sections_stand_in_the_order_of_a_conversation(
    results: Results, codebook: Codebook, context: ReportContext, golden: Callable[[str, str], None]
) -> None:
    report = compose_council_page(protect(results), codebook, context, additions=municipal_reports.additions())
    assert [it.title for it in report.sections] == [
        "Wat is er gevraagd, en aan wie?",
        "De belangrijkste cijfers",
        "Wat gaat goed, en wat minder goed?",
        "Hoe verhoudt dat zich tot andere gemeenten?",
        "Wat vertellen cliënten?",
        "Wat zeggen deze cijfers niet?",
        "Drie vragen voor het gesprek",
    ]
    golden("council.html", write_html(report).replace("><", ">\n<"))


def test_there_are_three_questions_and_three_to_five_figures(codebook: Codebook, context: ReportContext) -> None:
    for kept, figures in ((0, 3), (1, 3), (2, 3), (3, 3)):
        few = replace(codebook, composites=codebook.composites[:kept])
        report = compose_council_page(full_results(few), few, context)
        assert len(bullets(report, "Drie vragen voor het gesprek")) == 3
        (chart,) = (it for it in section(report, "De belangrijkste cijfers").blocks if isinstance(it, IntervalChart))
        assert len(chart.points) == figures
        assert all(point.range for point in chart.points)
    many = lengthened(codebook, "Thema")
    (chart,) = (
        it
        for it in section(compose_council_page(full_results(many), many, context), "De belangrijkste cijfers").blocks
        if isinstance(it, IntervalChart)
    )
    assert len(chart.points) == 5


def test_good_and_less_good_are_told_only_where_the_interval_is_clear(
    codebook: Codebook, context: ReportContext
) -> None:
    title = "Wat gaat goed, en wat minder goed?"
    good = bullets(compose_council_page(full_results(codebook, beside=5.0), codebook, context), title)
    worse = bullets(compose_council_page(full_results(codebook, own=30.0, beside=-5.0), codebook, context), title)
    assert [line.partition(":")[0] for line in good[:-1]] == ["Goed"] * 3
    assert good[-1] == "Geen enkele vraag scoort duidelijk lager dan alle gemeenten samen."
    assert [line.partition(":")[0] for line in worse[:-1]] == ["Minder goed"] * 3
    assert worse[0] == (
        "Minder goed: ‘Ik wist waar ik moest zijn met mijn vraag.’ scoort lager dan alle gemeenten samen "
        "(waarschijnlijk 4,0 tot 6,0 punten)."
    )
    unclear = compose_council_page(full_results(codebook, own=51.0, beside=0.5), codebook, context)
    assert section(unclear, title).blocks == (
        Paragraph(text="Van geen enkele vraag is met genoeg zekerheid te zeggen dat het goed of minder goed gaat."),
    )


@pytest.mark.parametrize(("beside", "explained"), [(-5.0, True), (0.5, False)])
def test_clearly_lower_and_yet_as_expected_is_explained_where_both_are_told(
    beside: float,
    explained: bool,  # noqa: FBT001 - a parameter
    codebook: Codebook,
    context: ReportContext,
) -> None:
    told = everything(codebook)
    usual = replace(told, bands=dict.fromkeys(told.bands, Band.AS_EXPECTED))
    report = compose_council_page(full_results(codebook, beside=beside), codebook, context, additions=usual)
    lines = bullets(report, "Hoe verhoudt dat zich tot andere gemeenten?")
    [place] = [line for line in lines if line.startswith("Onder alle gemeenten zoals verwacht: ")]
    assert (
        "Gemeenten verschillen altijd wat: ook een lagere (of hogere) score kan daarbinnen vallen." in place
    ) is explained


def test_without_a_clear_difference_the_share_of_positive_answers_is_told(
    codebook: Codebook, context: ReportContext
) -> None:
    title = "Wat gaat goed, en wat minder goed?"
    most = bullets(compose_council_page(full_results(codebook, own=80.0, beside=0.5), codebook, context), title)
    assert most[0].startswith("Goed: meer dan de helft antwoordde positief op ‘")
    assert most[0].endswith("(80%, waarschijnlijk 76 tot 84%).")
    few = bullets(compose_council_page(full_results(codebook, own=20.0, beside=0.5), codebook, context), title)
    assert few[0].startswith("Minder goed: minder dan de helft antwoordde positief op ‘")


def test_what_is_less_good_becomes_a_question(codebook: Codebook, context: ReportContext) -> None:
    report = compose_council_page(full_results(codebook, own=30.0, beside=-5.0), codebook, context)
    first, *_ = bullets(report, "Drie vragen voor het gesprek")
    assert first == "Herkennen we wat cliënten zeggen over ‘toe01’, en wat willen we daarover nog weten?"


def test_who_answered_less_often_becomes_a_question(
    results: Results, codebook: Codebook, context: ReportContext
) -> None:
    told = compose_council_page(protect(results), codebook, context, additions=municipal_reports.additions())
    assert bullets(told, "Drie vragen voor het gesprek")[1] == (
        "Uit één groep antwoordden mensen minder vaak (geslacht: Man): hoe horen we ook hen?"
    )


def test_a_municipality_under_the_floor_gets_reasons_and_no_empty_chart(
    codebook: Codebook, context: ReportContext
) -> None:
    full = full_results(codebook)
    hidden = replace(
        full,
        figures={cell: Suppressed("fewer_than_floor") for cell in full.figures},
        comparisons={pair: Suppressed("fewer_than_floor") for pair in full.comparisons},
    )
    report = compose_council_page(hidden, codebook, replace(context, submitted=4, counted=4))
    assert section(report, "De belangrijkste cijfers").blocks == (
        Paragraph(text="De scores zijn niet getoond: minder dan 10 mensen."),
    )
    assert bullets(report, "Hoe verhoudt dat zich tot andere gemeenten?") == (
        "De vergelijking met alle gemeenten samen is niet getoond: minder dan 10 mensen.",
    )
    assert "160" not in write_html(report)


def test_one_hidden_comparison_stands_beside_the_others_with_its_reason(
    codebook: Codebook, context: ReportContext
) -> None:
    full = full_results(codebook)
    pair = Pair(Cell(Measure.SCORE, "toegang", "", ZEIST))
    mixed = replace(full, comparisons={**full.comparisons, pair: Suppressed("complement")})
    lines = bullets(compose_council_page(mixed, codebook, context), "Hoe verhoudt dat zich tot andere gemeenten?")
    assert lines == (
        "Niet getoond: anders is een te kleine groep uit te rekenen: ‘Toegang’.",
        "Hoger dan alle gemeenten samen, waarschijnlijk zoveel punten: ‘Kwaliteit’ (4,1 tot 6,1) en ‘Effect’ (4,1 tot 6,1).",
    )


def test_it_says_no_cause_and_no_rank(codebook: Codebook, context: ReportContext) -> None:
    words = write_html(compose_council_page(full_results(codebook), codebook, context))
    assert not re.search(r"\b(doordat|dankzij|komt door|ranking|plaats \d|top ?\d)\b", words)
    assert "Waardoor een score hoog of laag is." in words
