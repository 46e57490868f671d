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
from analysis.units.banding import Band, NotBanded
from exports.findings import ReportContext
from exports.html import write_html
from exports.municipal_report.additions import Additions, Deed, EarlierFigure, Quote, Trend
from exports.municipal_report.council import compose_council_page
from exports.municipal_report.council_deeds import told_in_full
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


DEEDS = (
    Deed("Afgesproken: Brief herschrijven", "klaar op 3 maart 2026"),
    Deed("Gesprek: Toegang tot hulp", "besproken op 1 februari 2026"),
    *(Deed(f"Afgesproken: Plan {number}", "loopt, moet klaar zijn op 1 december 2026") for number in range(1, 8)),
)
QUOTES = (Quote("Dit mag niemand lezen.", "leren_intern"), *(Quote(f"Woord {n}.", "delen_anoniem") for n in range(9)))
TOLD = "Wat is besproken en afgesproken?"


def test_what_does_not_fit_on_paper_is_counted(context: ReportContext) -> None:
    codebook = shipped("wmo@2")
    told = replace(everything(codebook), deeds=DEEDS, quotes=QUOTES, bands={})
    report = compose_council_page(full_results(codebook), codebook, context, additions=told)
    assert pages(report) == 2
    lines = bullets(report, TOLD)
    assert lines[:2] == (
        "Afgesproken: Brief herschrijven: klaar op 3 maart 2026.",
        "Gesprek: Toegang tot hulp: besproken op 1 februari 2026.",
    )
    assert lines[-1] == f"En nog {len(DEEDS) - len(lines) + 1} afspraken of gesprekken."
    assert "Dit mag niemand lezen" not in write_html(report)


@pytest.mark.parametrize("text", [LONG, WORD], ids=["words", "word"])
@pytest.mark.parametrize("name", SHIPPED)
def test_new_plans_push_out_neither_what_was_finished_nor_words_of_clients(
    name: str, text: str, context: ReportContext
) -> None:
    codebook = shipped(name)
    deeds = tuple(Deed(f"{number} {text}", text) for number in range(9))
    quotes = tuple(Quote(text, "delen_anoniem") for _ in range(9))
    told = replace(everything(codebook), deeds=deeds, quotes=quotes)
    report = compose_council_page(full_results(codebook), codebook, context, additions=told)
    assert pages(report) == 2
    assert [line[0] for line in bullets(report, TOLD)][:2] == ["0", "1"]
    assert write_html(report).count("report-quote") >= 1


def test_a_web_page_has_room_for_everything(codebook: Codebook, context: ReportContext) -> None:
    bare = compose_council_page(full_results(codebook), codebook, context)
    long = Deed(f"Afgesproken: {LONG}", LONG.strip())
    report = told_in_full(bare, (*DEEDS, long), QUOTES)
    assert [it.title for it in report.sections][-4:] == [
        TOLD,
        "Wat vertellen cliënten?",
        "Wat zeggen deze cijfers niet?",
        "Drie vragen voor het gesprek",
    ]
    assert bullets(report, TOLD) == tuple(f"{one.what}: {one.how_far}." for one in (*DEEDS, long))
    assert (write_html(report).count("report-quote"), "Dit mag niemand lezen" in write_html(report)) == (9, False)
    assert told_in_full(bare, (), ()) == bare


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
        # Each own figure with that of all municipalities below it.
        assert [point.own for point in chart.points] == [True, False] * figures
        assert all(point.range for point in chart.points)
    many = lengthened(codebook, "Thema")
    (chart,) = (
        it
        for it in section(compose_council_page(full_results(many), many, context), "De belangrijkste cijfers").blocks
        if isinstance(it, IntervalChart)
    )
    assert len(chart.points) == 10


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


@pytest.mark.parametrize(
    ("beside", "band", "told"),
    [
        (-5.0, Band.AS_EXPECTED, "Zo’n verschil komt tussen gemeenten vaker voor."),
        (-5.0, Band.WORSE, "Dat is minder goed dan verwacht: zo’n verschil komt tussen gemeenten niet vaak voor."),
        (-5.0, Band.BETTER, "Toch beter dan verwacht: daarbij telt elke gemeente even zwaar."),
        (
            -5.0,
            NotBanded.UNRELIABLE,
            "Of zo’n verschil tussen gemeenten vaker voorkomt, is niet te zeggen (te onzeker).",
        ),
        (0.5, Band.AS_EXPECTED, ""),
        (0.5, NotBanded.UNRELIABLE, ""),
        (
            0.5,
            Band.WORSE,
            "Toch minder goed dan verwacht. Zo’n verschil kan toeval zijn, omdat we veel verschillen tegelijk bekijken.",
        ),
    ],
)
def test_one_line_tells_that_a_score_is_lower_and_whether_that_is_usual(
    beside: float, band: Band | NotBanded, told: str, codebook: Codebook, context: ReportContext
) -> None:
    bands = dict.fromkeys(everything(codebook).bands, band)
    additions = replace(everything(codebook), bands=bands)
    report = compose_council_page(full_results(codebook, beside=beside), codebook, context, additions=additions)
    [line] = bullets(report, "Hoe verhoudt dat zich tot andere gemeenten?")
    assert line.startswith("Lager dan alle gemeenten" if beside < 0 else "Geen duidelijk verschil met alle gemeenten")
    assert line.endswith(f". {told}" if told else "‘Effect’.")


def test_all_municipalities_are_those_that_took_part(codebook: Codebook, context: ReportContext) -> None:
    def first(said: ReportContext, beside: float) -> str:
        words = write_html(compose_council_page(full_results(codebook, beside=beside), codebook, said))
        return words[words.index("alle gemeenten samen") :].partition(".")[0]

    for beside in (5.0, 0.5):
        assert first(context, beside) == "alle gemeenten samen (de 4 gemeenten die meededen)"
    alone = replace(context, units={ZEIST: "Zeist"})
    assert first(alone, 5.0) == "alle gemeenten samen"


def test_the_score_of_all_municipalities_has_its_interval(codebook: Codebook, context: ReportContext) -> None:
    report = compose_council_page(full_results(codebook), codebook, context)
    [chart] = (it for it in section(report, "De belangrijkste cijfers").blocks if isinstance(it, IntervalChart))
    assert chart.table.head[-3:] == ("Alle gemeenten samen", "Van", "Tot")
    assert chart.description.count("Alle gemeenten samen: 70,0 (68,0 tot 72,0).") == 3


@pytest.mark.parametrize(("invited", "unknown"), [(0, True), (160, False)])
def test_how_many_were_asked_is_told_or_said_to_be_unknown(
    invited: int,
    unknown: bool,  # noqa: FBT001 - a parameter
    codebook: Codebook,
    context: ReportContext,
) -> None:
    report = compose_council_page(full_results(codebook), codebook, replace(context, invited=invited))
    sentence = "Hoeveel cliënten daarvoor gevraagd zijn, is in deze cijfers niet bekend."
    assert (sentence in report.summary) is unknown


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
