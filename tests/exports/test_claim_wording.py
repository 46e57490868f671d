"""The law of sentences about several figures: nothing is claimed that an interval does not carry, and the grammar is right."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from municipal_reports import ZEIST, additions, difference

from analysis.disclosure import protect
from analysis.results import Cell, Comparison, Interval, Measure, NotEstimable, Pair, Results
from analysis.series.released_changes import ReleasedChange, ReleasedFigure, change_of_released, of_service
from analysis.units.banding import Band, NotBanded
from exports.claim_wording import (
    band_sentence,
    band_words,
    change_sentence,
    change_words,
    changes_sentence,
    claims_change,
    comparisons_sentence,
    scores_of,
)
from exports.composing import compose_municipality_report
from exports.findings import ReportContext
from exports.html import write_html
from exports.municipal_report.additions import Additions, EarlierFigure, Trend
from exports.municipal_report.council import compose_council_page
from exports.wording import claims_difference
from questionnaires.codebook import Codebook

CAUSE = re.compile(
    r"\b(doordat|daardoor komt|dankzij|veroorzaakt|komt door|als gevolg van|effect van het beleid)\b", re.IGNORECASE
)
CLAIM = re.compile(r"\b(hoger|lager)\b")
EVERYONE = "alle gemeenten samen"
scores = st.floats(0, 100, allow_nan=False)
halves = st.floats(0, 30, allow_nan=False)


# In the shared results two of five clients answered.
_ANSWERED_NOT = 0.6


@st.composite
def figures(draw: st.DrawFn) -> ReleasedFigure:
    value = draw(scores)
    return ReleasedFigure(value, Interval(value - draw(halves), value + draw(halves)))


@st.composite
def changes(draw: st.DrawFn) -> ReleasedChange:
    return change_of_released(draw(figures()), draw(figures()), told=draw(st.integers(1, 9)))


@st.composite
def differences(draw: st.DrawFn) -> Comparison:
    return difference(draw(st.floats(-30, 30, allow_nan=False)), draw(st.floats(0.01, 20)))


def holds_zero(interval: Interval) -> bool:
    return interval.low <= 0 <= interval.high


@given(changes())
def test_no_change_is_claimed_whose_interval_holds_zero(change: ReleasedChange) -> None:
    sentence = change_sentence(change, "2024")
    claimed = bool(CLAIM.search(sentence))
    assert claimed == claims_change(change) == (change_words(change) != "geen duidelijk verschil")
    assert not (claimed and (holds_zero(change.interval) or holds_zero(change.joint)))
    assert not CAUSE.search(sentence)


@given(changes())
def test_a_claimed_change_never_reads_as_an_interval_around_zero(change: ReleasedChange) -> None:
    nearest = min(abs(change.interval.low), abs(change.interval.high))
    if claims_change(change) and nearest > 1e-4:
        low, high = re.findall(r"tussen (\S+) en (\S+) punten", change_sentence(change, "2024"))[0]
        assert 0 < float(low.replace(",", ".")) <= float(high.replace(",", "."))


@given(figures(), figures(), st.integers(1, 20))
def test_a_change_turned_round_is_its_mirror_and_more_changes_make_it_wider(
    earlier: ReleasedFigure, later: ReleasedFigure, told: int
) -> None:
    there, back = change_of_released(earlier, later), change_of_released(later, earlier, told=told)
    assert there.interval.low == pytest.approx(-back.interval.high)
    assert there.interval.high == pytest.approx(-back.interval.low)
    assert back.joint.low <= back.interval.low <= back.value <= back.interval.high <= back.joint.high
    assert there.joint.low == pytest.approx(there.interval.low)


@given(st.dictionaries(st.sampled_from(["Toegang", "Kwaliteit", "Effect", "Wachten"]), differences()))
def test_one_sentence_about_many_differences_claims_those_and_no_others(found: dict[str, Comparison]) -> None:
    sentence = comparisons_sentence(found, EVERYONE, all_asked=True)
    claimed = {name for name, it in found.items() if claims_difference(it)}
    named = set(re.findall(r"‘(\w+)’", sentence))
    assert bool(CLAIM.search(sentence)) == bool(claimed)
    assert named == claimed if claimed else len(found) != 1 or named == set(found)
    assert sentence.count(".") == bool(found)
    for verb, names in re.findall(r"scores? voor ((?:‘\w+’(?:, | en )?)+) (is|zijn)", sentence):
        assert (names == "zijn") == (verb.count("‘") > 1)
    assert not CAUSE.search(sentence)


@pytest.mark.parametrize(
    ("found", "all_asked", "sentence"),
    [
        ({}, True, ""),
        ({"A": (1, 2)}, True, "Bij ‘A’ zien we geen duidelijk verschil met alle gemeenten samen."),
        (
            {"A": (1, 2), "B": (1, 2)},
            True,
            "Bij geen enkel thema zien we een duidelijk verschil met alle gemeenten samen.",
        ),
        ({"A": (1, 2), "B": (1, 2)}, False, "Bij ‘A’ en ‘B’ zien we geen duidelijk verschil met alle gemeenten samen."),
        ({"A": (5, 1)}, True, "De score voor ‘A’ is hoger dan die van alle gemeenten samen."),
        ({"A": (5, 1), "B": (6, 1)}, True, "De scores voor ‘A’ en ‘B’ zijn hoger dan die van alle gemeenten samen."),
        (
            {"A": (5, 1), "B": (-6, 1), "C": (1, 0.5)},
            True,
            (
                "De score voor ‘A’ is hoger dan die van alle gemeenten samen, de score voor ‘B’ is lager "
                "en de score voor ‘C’ is iets hoger."
            ),
        ),
    ],
)
def test_none_one_and_many_differences_are_told_right(
    found: dict[str, tuple[float, float]],
    all_asked: bool,  # noqa: FBT001 - a parameter
    sentence: str,
) -> None:
    compared = {name: difference(*it) for name, it in found.items()}
    assert comparisons_sentence(compared, EVERYONE, all_asked=all_asked) == sentence


def test_a_change_of_one_point_is_singular() -> None:
    one = ReleasedChange(1.0, Interval(0.5, 1.5), Interval(0.4, 1.6))
    assert "Het verschil is 1,0 punt (" in change_sentence(one, "2024")


def test_a_change_that_fades_beside_others_is_not_claimed() -> None:
    faded = ReleasedChange(4.0, Interval(0.5, 7.5), Interval(-0.5, 8.5))
    assert change_sentence(faded, "2024").endswith(
        "Zo’n verschil kan toeval zijn, omdat we veel verschillen tegelijk bekijken."
    )
    assert changes_sentence({"Toegang": faded}) == ""


def test_a_fall_is_told_by_its_size() -> None:
    fall = ReleasedChange(-4.0, Interval(-7.0, -0.02), Interval(-7.0, -0.01))
    assert change_sentence(fall, "2024") == (
        "De score is lager dan bij de meting van 2024. Het verschil is 4,00 punten (waarschijnlijk tussen 0,02 en 7,00 punten)."
    )
    assert changes_sentence({"A": fall}) == "De score voor ‘A’ is lager dan bij de vorige meting."


@pytest.mark.parametrize("band", [*Band, *NotBanded, NotEstimable("too_few_units", 0)])
def test_every_band_has_words_and_no_rank(band: Band | NotBanded | NotEstimable) -> None:
    assert band_words(band)
    assert not re.search(r"\d", band_sentence(band))
    assert band_sentence(band).endswith(".")


def test_one_score_is_and_two_scores_are() -> None:
    assert scores_of(["A"]) == "de score voor ‘A’ is"
    assert scores_of(["A", "B"]) == "de scores voor ‘A’ en ‘B’ zijn"


@settings(max_examples=20)
@given(
    found=st.lists(differences(), min_size=3, max_size=3),
    before=st.lists(figures(), min_size=3, max_size=3),
)
def test_no_report_and_no_council_page_claims_more_than_its_intervals_carry(
    found: list[Comparison],
    before: list[ReleasedFigure],
    results: Results,
    codebook: Codebook,
    context: ReportContext,
) -> None:
    names = [composite.composite for composite in codebook.composites]
    cells = [Pair(Cell(Measure.SCORE, name, unit=ZEIST)) for name in names]
    changed = protect(replace(results, comparisons=dict(zip(cells, found, strict=True))))
    trends = {
        name: Trend((EarlierFigure("2024", it.value, it.interval),), "2026")
        for name, it in zip(names, before, strict=True)
    }
    more = Additions(trends=trends, composition=additions().composition)
    told = sum(claims_difference(it) for it in found)
    now = [results.figures[pair.cell] for pair in cells]
    # A figure without margin is compared with nothing.
    pairs = [
        (earlier, later)
        for it, own in zip(before, now, strict=True)
        if isinstance(earlier := of_service(it, 1.0), ReleasedFigure)
        and isinstance(later := of_service(ReleasedFigure(own.value, own.interval), _ANSWERED_NOT), ReleasedFigure)  # type: ignore[union-attr]
    ]
    moved = sum(claims_change(change_of_released(*pair, told=len(pairs))) for pair in pairs)
    page = write_html(compose_municipality_report(changed, codebook, context, additions=more))
    beside = re.compile(r"(hoger|lager) dan (de score van |die van )?alle gemeenten")
    assert len(beside.findall(page)) == 2 * told + bool(told)
    assert len(re.findall(r"(hoger|lager) dan bij de (vorige )?meting", page)) == moved + bool(moved)
    council = write_html(compose_council_page(changed, codebook, context, additions=more))
    assert bool(beside.search(council)) == bool(told)
    assert bool(re.search(r"(hoger|lager) dan bij de vorige meting", council)) == bool(moved)
    assert not CAUSE.search(page + council)
