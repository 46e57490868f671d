from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.disclosure import protect
from analysis.policy import DisclosurePolicy
from analysis.results import (
    Cell,
    Estimate,
    Measure,
    NotEstimable,
    Pair,
    ProtectedResults,
    Results,
    Suppressed,
)
from exports.composing import compose_municipality_report
from exports.findings import ReportContext
from exports.municipal_report.summary import NO_CAUSE_SENTENCE, SIMULATED_SENTENCE
from exports.report import Bullets, IntervalChart, Number, Paragraph, Report, Section, Table
from questionnaires.codebook import Codebook

ZEIST = "GM0355"


def section(report: Report, title: str) -> Section:
    return next(it for it in report.sections if it.title == title)


def texts(part: Section) -> list[str]:
    return [block.text for block in part.blocks if isinstance(block, Paragraph)]


def interval_charts(part: Section) -> list[IntervalChart]:
    return [block for block in part.blocks if isinstance(block, IntervalChart)]


def tables(part: Section) -> list[Table]:
    return [block for block in part.blocks if isinstance(block, Table)]


@pytest.fixture
def protected(results: Results) -> ProtectedResults:
    return protect(results)


def test_the_summary_names_respondents_every_theme_and_no_cause(report: Report) -> None:
    assert report.summary == (
        SIMULATED_SENTENCE,
        "In Zeist vulden 66 cliënten de vragenlijst in: dat is 41% van 160 uitnodigingen.",
        (
            "De scores zijn 66,0 (waarschijnlijk 60,1 tot 71,9) voor ‘Toegang’, 61,0 (waarschijnlijk 55,1 tot 66,9) voor "
            "‘Kwaliteit’ en 65,0 (waarschijnlijk 59,1 tot 70,9) voor ‘Effect’, op een schaal van 0 tot 100."
        ),
        "De scores voor ‘Toegang’, ‘Kwaliteit’ en ‘Effect’ zijn lager dan die van alle gemeenten samen.",
        NO_CAUSE_SENTENCE,
    )


def test_sections_stand_in_the_order_of_reading(report: Report) -> None:
    assert [it.title for it in report.sections] == [
        "Wie deden er mee?",
        "Scores per thema",
        "Toegang",
        "Kwaliteit",
        "Effect",
        "Andere vragen",
        "Groepen cliënten",
        "Naast andere gemeenten",
        "Hoe leest u dit rapport?",
        "Tabellen",
    ]


def test_a_report_survives_being_stored(report: Report) -> None:
    assert Report.model_validate_json(report.model_dump_json()) == report


def test_real_data_are_not_called_simulated(
    protected: ProtectedResults, codebook: Codebook, context: ReportContext
) -> None:
    real = compose_municipality_report(protected, codebook, replace(context, simulated=False, address=""))
    assert SIMULATED_SENTENCE not in real.model_dump_json()
    assert dict(real.source)["Gegevens"] == "Antwoorden van cliënten"
    assert not any(text.startswith("http") for _, text in real.source)


@pytest.mark.parametrize(
    ("submitted", "invited", "sentence"),
    [
        (0, 0, "In Zeist vulden geen cliënten de vragenlijst in."),
        (1, 2, "In Zeist vulde 1 cliënt de vragenlijst in: dat is 50% van 2 uitnodigingen."),
        (1, 1, "In Zeist vulde 1 cliënt de vragenlijst in: dat is 100% van 1 uitnodiging."),
        (1200, 4800, "In Zeist vulden 1.200 cliënten de vragenlijst in: dat is 25% van 4.800 uitnodigingen."),
    ],
)
def test_zero_one_and_many_clients_are_told_right(
    results: Results, codebook: Codebook, context: ReportContext, submitted: int, invited: int, sentence: str
) -> None:
    open_to_all = protect(results, DisclosurePolicy(floor=0))
    changed = replace(context, simulated=False, submitted=submitted, invited=invited)
    report = compose_municipality_report(open_to_all, codebook, changed)
    assert report.summary[0] == sentence
    shown = [row[0] for row in tables(section(report, "Wie deden er mee?"))[0].rows]
    assert ("Respons" in shown) == bool(invited)


def test_a_number_of_clients_under_the_floor_is_not_told(
    protected: ProtectedResults, codebook: Codebook, context: ReportContext
) -> None:
    few = compose_municipality_report(protected, codebook, replace(context, submitted=9, counted=9))
    part = section(few, "Wie deden er mee?")
    assert texts(part) == [
        "Het aantal cliënten dat in Zeist de vragenlijst invulde, is niet getoond: minder dan 10 mensen."
    ]
    assert tables(part) == []


def test_a_number_of_clients_that_gives_another_away_is_not_told(
    protected: ProtectedResults, codebook: Codebook, context: ReportContext
) -> None:
    respondents = {**protected.respondents, ZEIST: Suppressed("complement")}
    report = compose_municipality_report(replace(protected, respondents=respondents), codebook, context)
    assert "niet getoond: anders is een te kleine groep uit te rekenen" in report.summary[1]


def test_a_municipality_under_the_floor_gets_reasons_and_no_figure(
    results: Results, codebook: Codebook, context: ReportContext
) -> None:
    def few(figure: Estimate | NotEstimable) -> Estimate | NotEstimable:
        return replace(figure, respondents=9)

    figures = {cell: few(it) if cell.unit == ZEIST else it for cell, it in results.figures.items()}
    small = replace(results, figures=figures, respondents={**results.respondents, ZEIST: 9})
    report = compose_municipality_report(protect(small), codebook, context)
    assert "De scores zijn niet getoond: minder dan 10 mensen." in report.summary
    own = [row for row in report.figures if row.area == ZEIST]
    assert own
    assert all(row.value is None and row.respondents is None and row.reason for row in own)
    assert texts(section(report, "Toegang")) == [
        "Toegang: de score is niet getoond: minder dan 10 mensen.",
        "De antwoorden op ‘toe01’ en ‘toe02’ zijn niet getoond: minder dan 10 mensen.",
    ]
    assert (
        texts(section(report, "Groepen cliënten"))
        == ["De scores van deze groepen zijn niet getoond: anders is een te kleine groep uit te rekenen."] * 2
    )
    assert texts(section(report, "Naast andere gemeenten")) == [
        "De vergelijking met alle gemeenten samen is niet getoond: anders is een te kleine groep uit te rekenen."
    ]
    assert "Tabellen" not in [part.title for part in report.sections]


def test_a_theme_chart_sets_the_municipality_beside_all_together(report: Report) -> None:
    (chart,) = interval_charts(section(report, "Scores per thema"))
    assert [(point.group, point.label, point.own) for point in chart.points][:2] == [
        ("Toegang", "Zeist", True),
        ("Toegang", "Alle gemeenten samen", False),
    ]
    assert chart.description.startswith("Toegang, Zeist: 66,0 (60,1 tot 71,9). Toegang, Alle gemeenten samen: 72,0 (")


def test_other_municipalities_stand_by_name_and_never_by_score(report: Report) -> None:
    for chart in interval_charts(section(report, "Naast andere gemeenten")):
        assert [point.label for point in chart.points] == ["Apeldoorn", "'s-Hertogenbosch", "Utrecht", "Zeist"]
        assert [point.own for point in chart.points] == [False, False, False, True]
        assert chart.reference is not None
        assert chart.reference_label.startswith("Alle gemeenten samen: ")


def test_a_group_under_the_floor_says_so_in_chart_and_table(report: Report) -> None:
    (support, _) = interval_charts(section(report, "Groepen cliënten"))
    vehicle = next(point for point in support.points if point.label == "Hulpmiddel of vervoer")
    assert (vehicle.range, vehicle.text) == (None, "niet getoond: minder dan 10 mensen")
    row = next(row for row in support.table.rows if row[1] == "Hulpmiddel of vervoer")
    assert row[-1] == "niet getoond: minder dan 10 mensen"


def test_a_figure_that_cannot_be_estimated_is_never_blank(report: Report) -> None:
    table = tables(section(report, "Tabellen"))[1]
    assert table.rows[1][-1] == "niet te berekenen: te weinig antwoorden om de onzekerheid te berekenen"


def test_questions_are_told_higher_or_lower_only_when_it_is_clear(report: Report) -> None:
    table = tables(section(report, "Tabellen"))[0]
    column = table.head.index("Naast alle gemeenten samen")
    assert [row[column] for row in table.rows] == ["lager", "geen duidelijk verschil"]


def test_a_comparison_that_may_not_be_shown_says_why(
    protected: ProtectedResults, codebook: Codebook, context: ReportContext
) -> None:
    cells = {**protected.comparisons}
    cells[Pair(Cell(Measure.SCORE, "toegang", unit=ZEIST))] = Suppressed("complement")
    cells[Pair(Cell(Measure.SCORE, "TOE01", unit=ZEIST))] = NotEstimable("no_variation", 64)
    report = compose_municipality_report(replace(protected, comparisons=cells), codebook, context)
    words = "niet getoond: anders is een te kleine groep uit te rekenen"
    assert f"Het verschil met alle gemeenten samen is {words}." in texts(section(report, "Toegang"))[0]
    assert "Toegang" not in report.summary[3]
    mirror = tables(section(report, "Naast andere gemeenten"))[0]
    assert mirror.rows[0] == ("Toegang", "-", "-", "-", words)
    assert "niet te berekenen: alle antwoorden zijn gelijk" in tables(section(report, "Tabellen"))[0].rows[0]


def test_without_comparisons_nothing_is_said_about_differences(
    protected: ProtectedResults, codebook: Codebook, context: ReportContext
) -> None:
    report = compose_municipality_report(replace(protected, comparisons={}), codebook, context)
    assert "verschil" not in " ".join(report.summary[:-1])
    assert tables(section(report, "Naast andere gemeenten")) == []


def test_a_hidden_total_draws_no_line(protected: ProtectedResults, codebook: Codebook, context: ReportContext) -> None:
    figures = {**protected.figures, Cell(Measure.SCORE, "toegang"): Suppressed("complement")}
    report = compose_municipality_report(replace(protected, figures=figures), codebook, context)
    chart = interval_charts(section(report, "Naast andere gemeenten"))[0]
    assert (chart.reference, chart.reference_label) == (None, "")


def test_what_was_not_analysed_has_no_section(
    protected: ProtectedResults, codebook: Codebook, context: ReportContext
) -> None:
    nothing = replace(protected, figures={}, comparisons={}, respondents={})
    report = compose_municipality_report(nothing, codebook, context)
    assert [it.title for it in report.sections] == ["Wie deden er mee?", "Hoe leest u dit rapport?"]
    assert report.figures == ()


def test_only_the_themes_that_were_analysed_are_drawn(
    protected: ProtectedResults, codebook: Codebook, context: ReportContext
) -> None:
    kept = {
        cell: figure
        for cell, figure in protected.figures.items()
        if cell.item != "effect" and (cell.unit or cell.item != "kwaliteit") and cell.breakdown != "LEE01"
    }
    level = Cell(Measure.SCORE, "toegang", "", ZEIST, "LEE01", "vervallen")
    kept[level] = Suppressed("fewer_than_floor")
    changed = replace(protected, figures=kept, comparisons={})
    report = compose_municipality_report(changed, codebook, context)
    (chart,) = interval_charts(section(report, "Scores per thema"))
    assert [(point.group, point.own) for point in chart.points] == [
        ("Toegang", True),
        ("Toegang", False),
        ("Kwaliteit", True),
    ]
    assert len(interval_charts(section(report, "Groepen cliënten"))) == 1
    assert len(interval_charts(section(report, "Naast andere gemeenten"))) == 2


def test_questions_outside_the_themes_stand_together_and_stories_stay_out(report: Report) -> None:
    part = section(report, "Andere vragen")
    found = " ".join(block.model_dump_json() for block in part.blocks)
    assert all(
        text in found for text in ("Had u een gesprek?", "Wie helpt u nog meer?", "Welk cijfer geeft u uw leven?")
    )
    assert "Wat wilt u nog vertellen?" not in report.model_dump_json()


def test_a_grade_shows_its_mean_and_every_grade(
    protected: ProtectedResults, codebook: Codebook, context: ReportContext
) -> None:
    options = codebook.variable("SOO01").codes
    variables = [replace(it, codes=options) if it.item == "KWL01" else it for it in codebook.variables]
    share = protected.figures[Cell(Measure.CATEGORY, "HUL01", "g1", ZEIST)]
    figures = {**protected.figures, **{Cell(Measure.CATEGORY, "KWL01", it.code, ZEIST): share for it in options}}
    report = compose_municipality_report(
        replace(protected, figures=figures), replace(codebook, variables=tuple(variables)), context
    )
    titles = [table.title for table in tables(section(report, "Andere vragen"))]
    assert titles == ["Andere vragen: gemiddelden", "Wie helpt u nog meer?", "Welk cijfer geeft u uw leven?"]


def test_a_municipality_without_a_name_is_called_by_its_code(
    protected: ProtectedResults, codebook: Codebook, context: ReportContext
) -> None:
    report = compose_municipality_report(protected, codebook, replace(context, units={ZEIST: "Zeist"}))
    labels = {point.label for point in interval_charts(section(report, "Naast andere gemeenten"))[0].points}
    assert labels == {"GM0200", "GM0344", "GM0796", "Zeist"}


def test_the_tidy_rows_hold_own_figures_the_total_and_only_theme_scores_of_others(
    report: Report, results: Results
) -> None:
    own = [row for row in report.figures if row.area == ZEIST]
    others = [row for row in report.figures if row.area not in ("", ZEIST)]
    assert len(own) == sum(cell.unit == ZEIST for cell in results.figures)
    assert {row.item for row in others} == {"toegang", "kwaliteit", "effect"}
    assert {row.breakdown for row in others} == {""}


def test_the_tidy_rows_carry_the_comparison(report: Report) -> None:
    row = next(it for it in report.figures if (it.area, it.item, it.breakdown) == (ZEIST, "toegang", ""))
    assert (row.difference, row.p_adjusted) == (-6.0, 0.001)
    assert row.difference_low is not None
    assert row.difference_low < -6 < row.value  # type: ignore[operator]  # a value of None would fail as well


def test_method_names_the_floor_and_the_interval(report: Report) -> None:
    (bullets,) = (block for block in section(report, "Hoe leest u dit rapport?").blocks if isinstance(block, Bullets))
    words = " ".join(bullets.items)
    assert "95%" in words
    assert "minder dan 10 mensen" in words


def test_every_number_that_people_read_is_the_number_of_the_table(report: Report) -> None:
    for part in report.sections:
        for table in tables(part):
            for number in (cell for row in table.rows for cell in row if isinstance(cell, Number)):
                shown = number.text.removesuffix("%").replace(".", "").replace(",", ".")
                assert float(shown) == pytest.approx(
                    number.value * (100 if number.percentage else 1), abs=0.51 * 10**-number.decimals
                )
