"""What may come with the results of a round: who answered, bands, earlier figures and stories; and what many municipalities draw."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import municipal_reports
import pytest
from municipal_reports import READ, SECRET, WORDS, ZEIST, counted

from analysis.disclosure import protect
from analysis.response_composition import compare_composition
from analysis.results import Cell, Estimate, Interval, Measure, NotEstimable, Results, Suppressed
from analysis.units.banding import Band
from exports.composing import compose_municipality_report
from exports.findings import ReportContext
from exports.html import write_html
from exports.municipal_report.additions import Additions, Composition, EarlierFigure, Quote, Trend
from exports.municipal_report.composition import composition_blocks, protect_composition
from exports.municipal_report.mirror import MOST_DRAWN
from exports.pdf.writing import write_pdf
from exports.report import (
    Bullets,
    Chart,
    FunnelChart,
    IntervalChart,
    Paragraph,
    Quotation,
    Report,
    Section,
    Subheading,
    Table,
    TrendChart,
)
from questionnaires.codebook import Codebook
from questionnaires.readability import reading_ease

SENTENCE_END = re.compile(r"[.!?](?:\s|$)")


def section(report: Report, title: str) -> Section:
    return next(it for it in report.sections if it.title == title)


def texts(part: Section) -> list[str]:
    return [block.text for block in part.blocks if isinstance(block, Paragraph)]


def of_kind(part: Section, kind: type) -> list:  # type: ignore[type-arg]
    return [block for block in part.blocks if isinstance(block, kind)]


@pytest.fixture(scope="module")
def rich(results: Results, codebook: Codebook, context: ReportContext) -> Report:
    return compose_municipality_report(protect(results), codebook, context, additions=municipal_reports.additions())


@pytest.fixture
def with_additions(results: Results, codebook: Codebook, context: ReportContext) -> Callable[[Additions], Report]:
    return lambda additions: compose_municipality_report(protect(results), codebook, context, additions=additions)


def test_sections_stand_in_the_order_of_reading(rich: Report) -> None:
    assert [it.title for it in rich.sections] == [
        "Wie deden er mee?",
        "Scores per thema",
        "Toegang",
        "Kwaliteit",
        "Effect",
        "Andere vragen",
        "Groepen cliënten",
        "Naast andere gemeenten",
        "Door de tijd",
        "Wat mensen vertellen",
        "Hoe leest u dit rapport?",
        "Tabellen",
    ]


def test_what_is_absent_leaves_no_trace(report: Report, rich: Report) -> None:
    left = [it.title for it in rich.sections if it.title not in {section.title for section in report.sections}]
    assert left == ["Door de tijd", "Wat mensen vertellen"]
    page = write_html(report)
    for words in ("Wie antwoordden wel", "verwacht", "reeks", "trechter", "Verhalen", "vorige meting"):
        assert words not in page, words


def test_empty_additions_leave_no_trace_either(with_additions: Callable[[Additions], Report], report: Report) -> None:
    nothing = Additions(
        composition=Composition(()),
        trends={"toegang": Trend((), "2026"), "onbekend": municipal_reports.additions().trends["toegang"]},
        quotes=(Quote("  ", "delen_anoniem"), Quote(SECRET, "landelijk_delen")),
    )
    assert with_additions(nothing) == report


def test_no_section_and_no_chart_is_empty(rich: Report) -> None:
    for part in rich.sections:
        assert part.blocks
        assert not isinstance(part.blocks[-1], Subheading)
        for chart in of_kind(part, Chart):
            drawn = chart.points if not hasattr(chart, "rows") else [row for row in chart.rows if row.bars]
            assert [it for it in drawn if getattr(it, "range", it)]
            assert chart.table.rows
            assert chart.description


def test_the_summary_is_six_plain_sentences_at_most(rich: Report) -> None:
    assert [len(SENTENCE_END.findall(sentence)) for sentence in rich.summary] == [1] * len(rich.summary)
    assert len(rich.summary) == 6
    assert reading_ease(rich.summary) > 60
    assert rich.summary[4] == "De score voor ‘Toegang’ is lager dan bij de vorige meting."


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5])
def test_the_summary_tells_none_one_and_many_themes_right(
    results: Results, codebook: Codebook, context: ReportContext, count: int
) -> None:
    composites = [replace(codebook.composites[0], composite=f"c{n}", title=f"Thema {n}") for n in range(count)]
    score = results.figures[Cell(Measure.SCORE, "toegang", unit=ZEIST)]
    figures = {Cell(Measure.SCORE, it.composite, unit=ZEIST): score for it in composites}
    changed = replace(codebook, composites=tuple(composites))
    found = compose_municipality_report(protect(replace(results, figures=figures, comparisons={})), changed, context)
    told = [sentence for sentence in found.summary if "score" in sentence][:-1]
    own = "66,0 (waarschijnlijk 60,1 tot 71,9) voor ‘Thema {}’"
    scale = ", op een schaal van 0 tot 100."
    expected = {
        0: [],
        1: [f"De score is {own.format(0)}{scale}"],
        2: [f"De scores zijn {own.format(0)} en {own.format(1)}{scale}"],
        3: [f"De scores zijn {own.format(0)}, {own.format(1)} en {own.format(2)}{scale}"],
        5: [f"De scores voor 5 thema’s liggen tussen 66,0 en 66,0{scale}"],
    }
    assert told == expected[count]


def test_groups_that_answered_less_often_are_told_beside_the_list(rich: Report) -> None:
    part = section(rich, "Wie deden er mee?")
    (bullets,) = of_kind(part, Bullets)
    assert bullets.items == (
        "Geslacht, Man: antwoordde minder vaak. Deze groep is 32% van de antwoorden en 53% van de lijst.",
        "Geslacht, Vrouw: antwoordde vaker. Deze groep is 68% van de antwoorden en 47% van de lijst.",
    )
    assert [table.title.split(":")[0] for table in of_kind(part, Table)] == ["Aantallen", "Leeftijd", "Geslacht"]


def test_without_a_difference_that_matters_none_is_told() -> None:
    same = protect_composition(
        compare_composition({"sex": counted(m=(500, 100, 40), v=(500, 100, 44))}), WORDS, floor=10
    )
    _, told, *_ = composition_blocks(same, floor=10)
    assert told == Paragraph(
        text="We zien geen duidelijk verschil tussen de mensen die antwoordden en iedereen op de lijst."
    )


@pytest.mark.parametrize(
    ("respondents", "hidden"),
    [
        ((40, 50, 60), ""),
        ((9, 50, 60, 70), "ab"),  # one alone would follow from the others
        ((1, 2, 60, 70, 80), "abc"),  # two with too few between them
        ((6, 7, 60, 70), "ab"),
        ((0, 30, 40, 50), "ab"),
    ],
)
def test_small_groups_hide_behind_each_other(respondents: tuple[int, ...], hidden: str) -> None:
    groups = counted(**{name: (200, 100, n) for name, n in zip("abcde", respondents, strict=False)})
    (trait,) = protect_composition(compare_composition({"age_group": groups}), WORDS, floor=10).traits
    assert "".join(it.label for it in trait.groups if isinstance(it.in_answers, Suppressed)) == hidden
    assert all(isinstance(it.in_list, Suppressed) == isinstance(it.difference, Suppressed) for it in trait.groups)


@pytest.mark.parametrize("groups", [{"m": (50, 40, 9), "v": (50, 40, 30)}, {"m": (50, 40, 30)}, {}])
def test_a_trait_of_which_one_group_is_left_is_not_told(groups: dict[str, tuple[int, int, int]]) -> None:
    found = protect_composition(compare_composition({"sex": counted(**groups)}), WORDS, floor=10)
    assert found.traits == ()
    assert composition_blocks(found, floor=10) == []


def test_who_answered_is_not_told_when_too_few_did(
    results: Results, codebook: Codebook, context: ReportContext
) -> None:
    few = replace(context, submitted=9)
    found = compose_municipality_report(protect(results), codebook, few, additions=municipal_reports.additions())
    assert len(section(found, "Wie deden er mee?").blocks) == 1


def test_bands_are_told_in_words_beside_the_difference(rich: Report) -> None:
    part = section(rich, "Naast andere gemeenten")
    differences = of_kind(part, Table)[0]
    assert differences.head[-1] == "Onder alle gemeenten"
    assert [row[-1] for row in differences.rows] == ["minder goed dan verwacht", "zoals verwacht", "te onzeker"]
    words = " ".join(texts(part))
    assert "De score is zoals verwacht: gemeenten verschillen altijd wat" in words
    assert "Of deze score past bij wat we van een gemeente verwachten, is niet te zeggen: te onzeker." in words
    assert not re.search(r"\b(plaats|rang|top|beste|slechtste|nummer) \d", write_html(rich))


def test_a_trend_draws_its_breaks_and_tells_only_what_the_interval_carries(rich: Report) -> None:
    part = section(rich, "Door de tijd")
    access, quality, effect = of_kind(part, TrendChart)
    assert [(point.label, point.after_break) for point in access.points] == [
        ("2022", False),
        ("2024", True),
        ("2026", False),
    ]
    assert access.table.rows[1][-1] == "hier begint een nieuwe reeks"
    assert effect.points[-1].after_break
    _, lower, same, broken = texts(part)
    assert lower.startswith(
        "De score is lager dan bij de meting van 2024. Het verschil is 12,0 punten (waarschijnlijk tussen "
    )
    assert same.startswith(
        "We zien geen duidelijk verschil met de meting van 2024. Het verschil ligt waarschijnlijk tussen -"
    )
    assert broken == (
        "De vragen of de manier van meten zijn anders dan bij de meting van 2024. Daarom vergelijken we deze twee metingen niet."
    )
    assert quality.minimum <= 55
    assert quality.maximum >= 67


@pytest.mark.parametrize("now", [Suppressed("fewer_than_floor"), NotEstimable("no_variation", 40)])
def test_a_score_that_is_not_shown_is_compared_with_nothing(
    results: Results, codebook: Codebook, context: ReportContext, now: Suppressed | NotEstimable
) -> None:
    shown = protect(results)
    hidden = replace(shown, figures={**shown.figures, Cell(Measure.SCORE, "toegang", unit=ZEIST): now})
    trends = {
        "toegang": Trend(
            (EarlierFigure("2022", 60.0, Interval(56, 64)), EarlierFigure("2024", 61.0, Interval(57, 65))), "2026"
        )
    }
    found = compose_municipality_report(hidden, codebook, context, additions=Additions(trends=trends))
    part = section(found, "Door de tijd")
    assert texts(part)[1] == (
        "Een vergelijking met de meting van 2024 kan niet: een van de twee scores is niet getoond."
    )
    (chart,) = of_kind(part, TrendChart)
    assert (chart.points[-1].range, chart.points[-1].text) == (None, "niet getoond")
    assert chart.table.rows[-1] == ("2026", "-", "-", "-", "niet getoond")


def test_scores_of_everybody_do_not_tell_whether_the_service_changed(
    results: Results, codebook: Codebook, context: ReportContext
) -> None:
    cell = Cell(Measure.SCORE, "toegang", unit=ZEIST)
    own = results.figures[cell]
    assert isinstance(own, Estimate)
    before = EarlierFigure("2024", own.value - 9.0, Interval(own.value - 10.0, own.value - 8.0))
    told = {}
    for population in (own.population, float(own.respondents)):
        shown = protect(replace(results, figures={**results.figures, cell: replace(own, population=population)}))
        more = Additions(trends={"toegang": Trend((before,), "2026")})
        part = section(compose_municipality_report(shown, codebook, context, additions=more), "Door de tijd")
        told[population] = texts(part)[1]
    sampled, everybody = told.values()
    assert "hoger dan bij de meting van 2024" in sampled
    assert everybody.endswith("is niet te zeggen: hoe groot toeval is, laten deze scores niet zien.")


def test_one_shown_figure_is_no_trend(with_additions: Callable[[Additions], Report]) -> None:
    trends = {"toegang": Trend((EarlierFigure("2024", None),), "2026")}
    assert "Door de tijd" not in [it.title for it in with_additions(Additions(trends=trends)).sections]


def test_only_stories_that_everybody_may_read_are_quoted(rich: Report) -> None:
    assert of_kind(section(rich, "Wat mensen vertellen"), Quotation) == [Quotation(text=READ)]
    assert SECRET not in rich.model_dump_json()
    assert f'<blockquote class="report-quote"><p>{READ}</p></blockquote>' in write_html(rich)


def test_ten_municipalities_make_a_funnel_and_nine_do_not(codebook: Codebook) -> None:
    for units, funnels in ((9, 0), (10, 3)):
        results, context = municipal_reports.country(codebook, units)
        part = section(compose_municipality_report(results, codebook, context), "Naast andere gemeenten")
        assert len(of_kind(part, FunnelChart)) == funnels


def test_a_funnel_narrows_and_holds_every_municipality_and_its_limits(codebook: Codebook) -> None:
    results, context = municipal_reports.country(codebook, 60, own=30)
    part = section(compose_municipality_report(results, codebook, context), "Naast andere gemeenten")
    chart = of_kind(part, FunnelChart)[0]
    assert len(chart.points) == len(chart.table.rows) == 60
    assert [point.label for point in chart.points if point.own] == ["Gemeente 030"]
    widths = [limit.high - limit.low for limit in chart.limits]
    assert widths == sorted(widths, reverse=True)
    assert all(it.wide_low < it.low < chart.target < it.high < it.wide_high for it in chart.limits)
    assert chart.limits[0].respondents <= min(it.respondents for it in chart.points)
    assert chart.limits[-1].respondents >= max(it.respondents for it in chart.points)
    assert all(chart.minimum <= point.value <= chart.maximum for point in chart.points)
    assert "Gemeente 030 heeft 52 antwoorden en de score" in chart.description


def test_the_funnel_shows_bands_where_they_are_known(codebook: Codebook) -> None:
    results, context = municipal_reports.country(codebook, 12)
    bands = {Cell(Measure.SCORE, "toegang", "", "GM0003"): Band.MUCH_BETTER}
    found = compose_municipality_report(results, codebook, context, additions=Additions(bands=bands))
    table = of_kind(section(found, "Naast andere gemeenten"), FunnelChart)[0].table
    assert [row[-1] for row in table.rows[2:5]] == ["", "veel beter dan verwacht", ""]


def test_many_municipalities_leave_those_of_the_same_size_in_order_of_name(codebook: Codebook) -> None:
    results, context = municipal_reports.country(codebook, MOST_DRAWN + 20, own=30)
    part = section(compose_municipality_report(results, codebook, context), "Naast andere gemeenten")
    labels = [point.label for point in of_kind(part, IntervalChart)[0].points]
    assert labels == sorted(labels)
    assert len(labels) == 17
    assert {"Gemeente 029", "Gemeente 030", "Gemeente 031"} <= set(labels)
    assert texts(part)[0].startswith("Uw gemeente staat tussen 16 gemeenten met ongeveer evenveel cliënten")


def test_without_a_number_of_clients_many_municipalities_stand_in_the_funnel_only(codebook: Codebook) -> None:
    results, context = municipal_reports.country(codebook, MOST_DRAWN + 1)
    unknown = municipal_reports.without(results, context.municipality)
    part = section(compose_municipality_report(unknown, codebook, context), "Naast andere gemeenten")
    assert of_kind(part, IntervalChart) == []
    assert texts(part)[0].startswith("Dit is geen ranglijst")


def test_chosen_municipalities_are_the_ones_that_are_drawn(codebook: Codebook) -> None:
    results, context = municipal_reports.country(codebook, 60)
    chosen = Additions(beside=("GM0050", "GM0010"))
    part = section(compose_municipality_report(results, codebook, context, additions=chosen), "Naast andere gemeenten")
    labels = [point.label for point in of_kind(part, IntervalChart)[0].points]
    assert labels == ["Gemeente 000", "Gemeente 010", "Gemeente 050"]


def test_the_text_is_the_one_that_was_looked_at(rich: Report, golden: Callable[[str, str], None]) -> None:
    golden("rich_report.html", write_html(rich).replace("><", ">\n<"))


def test_a_report_with_everything_meets_the_rules_of_pdf_ua(codebook: Codebook) -> None:
    import page

    results, context = municipal_reports.country(codebook, 80, own=40)
    trends = municipal_reports.additions().trends
    report = compose_municipality_report(results, codebook, context, additions=Additions(trends=trends))
    found = page.validate_pdf_bytes(write_pdf(report), profile=page.ValidationProfile.PDF_UA_1)
    assert [it.message for it in found.failures] == []


def test_a_report_with_everything_survives_being_stored(rich: Report) -> None:
    assert Report.model_validate_json(rich.model_dump_json()) == rich
