from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from analysis.results import (
    Comparison,
    Estimate,
    Flag,
    Inference,
    Interval,
    Measure,
    Method,
    NotEstimable,
    Suppressed,
)
from exports import claim_wording, wording

SCORE = Estimate(72.36, 1.3, Interval(69.84, 75.01), 210, 190.0, 500.0, 206, 1.1, Method.T, Inference.FINITE)
HIGHER = Comparison(
    4.2,
    1.5,
    Interval(1.1, 7.3),
    90,
    0.006,
    0.02,
    "themes",
    relevant=True,
    respondents=80,
    reference_respondents=900,
    inference=Inference.PROCESS,
)
REFERENCE = "de score van alle gemeenten samen"


@pytest.mark.parametrize(
    ("value", "decimals", "words"),
    [
        (0, 0, "0"),
        (1234567, 0, "1.234.567"),
        (72.36, 1, "72,4"),
        (-3.25, 1, "-3,2"),
        (-0.04, 1, "0,0"),
        (1e-12, 2, "0,00"),
    ],
)
def test_numbers_have_dutch_notation(value: float, decimals: int, words: str) -> None:
    assert wording.number_words(value, decimals=decimals) == words


def test_a_share_reads_as_a_percentage() -> None:
    assert wording.value_words(0.8234, Measure.CATEGORY, decimals=0) == "82%"
    assert wording.interval_words(Interval(0.7, 0.9), Measure.SHARE, decimals=1) == "70,0 tot 90,0%"


def test_a_date_reads_in_dutch() -> None:
    assert wording.date_words(date(2027, 3, 1)) == "1 maart 2027"


@pytest.mark.parametrize(("count", "words"), [(0, "geen cliënten"), (1, "1 cliënt"), (2, "2 cliënten")])
def test_counts_agree_with_their_noun(count: int, words: str) -> None:
    assert wording.count_words(count, "cliënt", "cliënten") == words


@pytest.mark.parametrize(("p_value", "words"), [(0.0, "kleiner dan 0,001"), (0.001, "0,001"), (0.25, "0,250")])
def test_a_p_value_is_never_zero(p_value: float, words: str) -> None:
    assert wording.p_value_words(p_value) == words


def test_an_interval_of_a_score_stays_on_the_scale() -> None:
    assert wording.interval_words(Interval(-2.0, 104.0), Measure.SCORE) == "0,0 tot 100,0"
    assert wording.interval_words(Interval(-2.0, 104.0), Measure.MEAN) == "-2,0 tot 104,0"


def test_a_score_is_told_with_its_uncertainty() -> None:
    assert wording.estimate_sentence("Toegang", SCORE, floor=10) == (
        "Toegang: de score is 72,4 op een schaal van 0 tot 100. De echte score ligt waarschijnlijk tussen 69,8 en 75,0."
    )


def test_an_unsure_score_is_called_unsure() -> None:
    small = replace(SCORE, flags=frozenset({Flag.SMALL}))
    assert wording.estimate_sentence("Toegang", small, floor=10).endswith("Dat is een onzekere score.")


def test_a_census_has_no_uncertainty_to_tell() -> None:
    census = replace(SCORE, flags=frozenset({Flag.CENSUS}), interval=Interval(72.36, 72.36))
    sentence = wording.estimate_sentence("Toegang", census, floor=10)
    assert "waarschijnlijk" not in sentence
    assert "Iedereen deed mee" in sentence


@pytest.mark.parametrize("reason", sorted(wording.SUPPRESSED_WORDS))
def test_a_hidden_figure_says_why(reason: str) -> None:
    assert wording.figure_words(Suppressed(reason), Measure.SCORE, floor=10).startswith("niet getoond: ")


@pytest.mark.parametrize("reason", sorted(wording.NOT_ESTIMABLE_WORDS))
def test_a_figure_that_cannot_be_estimated_says_why(reason: str) -> None:
    assert wording.figure_words(NotEstimable(reason, 0), Measure.SCORE, floor=10).startswith("niet te berekenen: ")


def test_the_floor_is_named() -> None:
    assert wording.reason_words(Suppressed("fewer_than_floor"), floor=15) == "niet getoond: minder dan 15 mensen"


def test_every_flag_and_method_has_words() -> None:
    assert set(wording.FLAG_WORDS) == set(Flag)
    assert set(wording.METHOD_WORDS) == set(Method)


def test_a_clear_difference_is_told_with_its_interval() -> None:
    assert claim_wording.comparison_sentence(HIGHER, REFERENCE) == (
        "Dat is hoger dan de score van alle gemeenten samen. Het verschil is 4,2 punten (waarschijnlijk tussen 1,1 en 7,3 punten)."
    )


def test_a_lower_score_is_told_without_a_minus() -> None:
    lower = replace(HIGHER, difference=-4.2, interval=Interval(-7.3, -1.1))
    sentence = claim_wording.comparison_sentence(lower, REFERENCE, subject="De score van Zeist")
    assert sentence == (
        "De score van Zeist is lager dan de score van alle gemeenten samen. "
        "Het verschil is 4,2 punten (waarschijnlijk tussen 1,1 en 7,3 punten)."
    )


def test_a_difference_of_one_point_is_singular() -> None:
    one = replace(HIGHER, difference=1.0, interval=Interval(0.5, 1.5))
    assert "Het verschil is 1,0 punt (" in claim_wording.comparison_sentence(one, REFERENCE)


def test_a_significant_difference_that_does_not_matter_is_called_small() -> None:
    small = replace(HIGHER, difference=1.4, interval=Interval(0.4, 2.4), relevant=False)
    assert claim_wording.comparison_sentence(small, REFERENCE).endswith("Dat is een klein verschil.")
    assert wording.direction_words(small) == "iets hoger"


def test_a_difference_that_fades_after_correction_is_not_claimed() -> None:
    faded = replace(HIGHER, p_adjusted=0.05)
    sentence = claim_wording.comparison_sentence(faded, REFERENCE)
    assert sentence.startswith("We zien geen duidelijk verschil met")
    assert sentence.endswith("Zo’n verschil kan toeval zijn, omdat we veel verschillen tegelijk bekijken.")
    assert wording.direction_words(faded) == "geen duidelijk verschil"


@pytest.mark.parametrize(("low", "high", "decimals"), [(0.4, 2.0, 1), (0.04, 2.0, 2), (0.004, 2.0, 3), (1e-9, 2.0, 4)])
def test_a_claimed_difference_does_not_read_as_zero(low: float, high: float, decimals: int) -> None:
    assert wording.difference_decimals(replace(HIGHER, interval=Interval(low, high))) == decimals


@pytest.mark.parametrize(("se", "decimals"), [(0.0, 1), (1234.0, 0), (12.0, 0), (9.2, 1), (0.00001, 4)])
def test_decimals_follow_the_standard_error(se: float, decimals: int) -> None:
    assert wording.meaningful_decimals(se) == decimals
