from __future__ import annotations

from dataclasses import replace
from datetime import date

import page
import pytest

from analysis.disclosure import protect
from analysis.policy import DisclosurePolicy
from analysis.results import (
    OTHERS,
    Cell,
    Comparison,
    Estimate,
    Flag,
    Inference,
    Interval,
    Measure,
    Method,
    NotEstimable,
    Pair,
    Results,
)
from exports.analysis_report import MEASURE_WORDS, compose_analysis_report
from exports.formats import WRITERS
from exports.report import Number, Report, Table

DAY = date(2026, 11, 21)
SOURCE = (("Gegevens", "scholen.csv"),)


def estimate(value: float, se: float, n: int, method: Method = Method.T) -> Estimate:
    interval = Interval(value - 2 * se, value + 2 * se)
    flags = frozenset({Flag.SMALL}) if n < 30 else frozenset[Flag]()
    return Estimate(value, se, interval, n, n * 0.9, 6194.0, n - 3, 1.2, method, Inference.FINITE, flags)


MEAN = estimate(662.287, 9.40894, 200)
FIGURES: dict[Cell, Estimate | NotEstimable] = {
    Cell(Measure.MEAN, "api00"): MEAN,
    Cell(Measure.MEAN, "api00", "", "", "stype", "E"): estimate(674.43, 12.59, 100),
    Cell(Measure.MEAN, "api00", "", "", "stype", "H"): estimate(625.82, 15.34, 50),
    Cell(Measure.MEAN, "api00", "", "", "stype", "M"): estimate(636.6, 16.5, 50),
    Cell(Measure.TOTAL, "enroll"): estimate(3687178.0, 114641.7, 200),
    Cell(Measure.CATEGORY, "awards", "Yes"): estimate(0.6387, 0.0379, 200, Method.LOGIT),
    Cell(Measure.MEAN, "api99", "", "oost"): NotEstimable("no_degrees_of_freedom", 40),
}
COMPARISON = Comparison(
    12.1, 4.02, Interval(4.1, 20.1), 196, 0.003, 0.006, "api00", relevant=True,
    respondents=50, reference_respondents=200, inference=Inference.PROCESS, effect_size=0.154,
)  # fmt: skip
COMPARISONS: dict[Pair, Comparison | NotEstimable] = {
    Pair(Cell(Measure.MEAN, "api99", "", "oost")): COMPARISON,
    Pair(Cell(Measure.MEAN, "api99", "", "west")): NotEstimable("lonely_stratum", 30),
}


def compose(results: Results, *, policy: DisclosurePolicy | None = None, confidence: float = 0.95) -> Report:
    return compose_analysis_report(
        protect(results, policy or DisclosurePolicy()),
        title="Analyse van scholen.csv",
        labels={"api00": "Prestatie in 2000", "stype": "Soort school", "stype=E": "Basisschool", "awards=Yes": "Ja"},
        source=SOURCE,
        made_on=DAY,
        confidence=confidence,
    )


@pytest.fixture(scope="module")
def outside() -> Report:
    return compose(Results(FIGURES, COMPARISONS, {"": 200, "oost": 100, "west": 100}, {"": 6194.0}))


def table(report: Report, title: str) -> Table:
    return next(it for part in report.sections for it in part.blocks if isinstance(it, Table) and it.title == title)


def test_there_is_a_section_an_item_in_the_order_of_the_plan(outside: Report) -> None:
    assert [it.title for it in outside.sections] == [
        "Prestatie in 2000",
        "enroll",
        "awards",
        "api99",
        "Hoe leest u dit rapport?",
    ]


def test_labels_stand_in_for_codes_where_they_are_given(outside: Report) -> None:
    rows = table(outside, "Prestatie in 2000: gemiddelde").rows
    assert [row[0] for row in rows] == ["Iedereen", "Soort school: Basisschool", "Soort school: H", "Soort school: M"]
    assert table(outside, "awards: deel per antwoord").rows[0][0] == "Ja"


def test_figures_are_rounded_by_their_standard_error_and_kept_in_full(outside: Report) -> None:
    value, se, low, high, respondents, effective, method = table(outside, "Prestatie in 2000: gemiddelde").rows[0][1:]
    assert isinstance(value, Number)
    assert (value.value, value.text) == (662.287, "662,3")
    assert [it.text for it in (se, low, high, respondents, effective) if isinstance(it, Number)] == [
        "9,4",
        "643,5",
        "681,1",
        "200",
        "180,0",
    ]
    assert method == "t"


def test_a_share_is_a_percentage(outside: Report) -> None:
    share = table(outside, "awards: deel per antwoord").rows[0][1]
    assert isinstance(share, Number)
    assert (share.text, share.percentage) == ("63,9%", True)


def test_what_cannot_be_estimated_says_why(outside: Report) -> None:
    rows = table(outside, "api99: gemiddelde").rows
    assert rows == (("oost", "niet te berekenen: te weinig antwoorden om de onzekerheid te berekenen"),)


def test_differences_carry_their_interval_and_both_p_values(outside: Report) -> None:
    shown, missing = table(outside, "api99: gemiddelde, verschil met iedereen samen").rows
    assert [it.text if isinstance(it, Number) else it for it in shown] == [
        "oost", "12,1", "4,0", "4,1", "20,1", "0,15", "0,003", "0,006", "hoger",
    ]  # fmt: skip
    assert missing[-1] == "niet te berekenen: een deel van de groep bestaat uit één antwoord"


def test_each_reference_has_a_table_of_its_own_by_name() -> None:
    cell = Cell(Measure.MEAN, "api99", "", "oost")
    level = Cell(Measure.MEAN, "api99", "", "oost", "stype", "E")
    apart = replace(COMPARISON, includes_unit=False)
    compared: dict[Pair, Comparison | NotEstimable] = {
        Pair(cell): COMPARISON,
        Pair(cell, "regio"): apart,
        Pair(cell, "buur"): NotEstimable("too_few_units", 50),
        Pair(level, OTHERS): apart,
    }
    protected = replace(protect(Results({cell: MEAN}, {}, {"oost": 200, "": 200}, {})), comparisons=compared)
    labels = {"regio": "de regio"}
    found = compose_analysis_report(protected, title="Analyse", labels=labels, source=SOURCE, made_on=DAY)
    titles = [it.title for it in found.sections[0].blocks if isinstance(it, Table) and "verschil" in it.title]
    assert titles == [
        f"api99: gemiddelde, verschil met {name}"
        for name in ("iedereen samen", "de regio", "buur", "de andere groepen")
    ]
    refused = table(found, "api99: gemiddelde, verschil met buur").rows[0]
    assert refused[-1] == "niet te berekenen: minder dan vijf eenheden om mee te vergelijken"


def test_every_measure_has_words() -> None:
    assert set(MEASURE_WORDS) == set(Measure)


def test_the_summary_counts_figures_and_people(outside: Report) -> None:
    assert outside.summary == (
        "In de gegevens staan 200 personen of eenheden.",
        "Dit rapport geeft 7 cijfers over 4 vragen, elk met een betrouwbaarheidsinterval van 95%.",
    )


def test_the_confidence_of_the_plan_is_named() -> None:
    report = compose(Results({Cell(Measure.MEAN, "x"): MEAN}, {}, {"": 200}, {}), confidence=0.9)
    assert "90%" in report.summary[1]
    assert "95%" not in report.model_dump_json()


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        ({"a": 4}, "1 cijfer is niet getoond"),
        ({"a": 4, "b": 5}, "2 cijfers zijn niet getoond"),
    ],
)
def test_hidden_figures_are_counted_and_never_shown(levels: dict[str, int], words: str) -> None:
    figures = {Cell(Measure.MEAN, "x", "", "", "soort", level): estimate(5, 1, n) for level, n in levels.items()}
    report = compose(Results(figures, {}, {"": 1}, {}), policy=DisclosurePolicy(floor=10))
    assert report.summary[-1].startswith(words)
    assert all(row.value is None for row in report.figures)


def test_one_person_is_singular_and_an_unknown_number_is_not_told() -> None:
    one = Results({Cell(Measure.MEAN, "x"): MEAN}, {}, {"": 1}, {})
    none = Results({Cell(Measure.MEAN, "x"): MEAN}, {}, {}, {})
    open_to_all = DisclosurePolicy(floor=1)
    assert compose(one, policy=open_to_all).summary[0] == "In de gegevens staat 1 persoon of eenheid."
    assert compose(none, policy=open_to_all).summary == (
        "Dit rapport geeft 1 cijfer over 1 vraag, elk met een betrouwbaarheidsinterval van 95%.",
    )


def test_the_report_says_nothing_of_municipalities(outside: Report) -> None:
    assert "gemeente" not in outside.model_dump_json().lower()


def test_it_leaves_in_every_format(outside: Report) -> None:
    for it in WRITERS.values():
        assert it.write(outside)
    assert page.is_pdf_compliant_bytes(WRITERS["pdf"].write(outside), profile=page.ValidationProfile.PDF_UA_1)
