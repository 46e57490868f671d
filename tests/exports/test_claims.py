"""The law of the reports: no claim of a difference whose interval contains zero, whatever the figures are."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.disclosure import protect
from analysis.results import Cell, Comparison, Inference, Interval, Measure, NotEstimable, Pair, Results
from exports.claim_wording import comparison_sentence
from exports.composing import ReportContext, compose_municipality_report
from exports.html import write_html
from exports.wording import claims_difference, direction_words
from questionnaires.codebook import Codebook

CLAIM = re.compile(
    r"\b(hoger|lager|beter|slechter|meer|minder) dan (de score van |die van )?alle gemeenten", re.IGNORECASE
)
CAUSE = re.compile(r"\b(doordat|daardoor komt|dankzij|veroorzaakt|komt door|als gevolg van)\b", re.IGNORECASE)
bounds = st.floats(-100, 100, allow_nan=False)


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    low, value, high = sorted((draw(bounds), draw(bounds), draw(bounds)))
    p_value = draw(st.floats(0, 1))
    respondents = draw(st.integers(10, 5000))
    return Comparison(
        value,
        (high - low) / 4,
        Interval(low, high),
        draw(st.floats(1, 5000)),
        p_value,
        draw(st.floats(p_value, 1)),
        "themes",
        draw(st.booleans()),
        respondents,
        respondents + draw(st.integers(10, 5000)),
        draw(st.sampled_from(Inference)),
    )


def contains_zero(comparison: Comparison) -> bool:
    return comparison.interval.low <= 0 <= comparison.interval.high


@given(comparisons())
def test_no_sentence_claims_a_difference_whose_interval_contains_zero(comparison: Comparison) -> None:
    sentence = comparison_sentence(comparison, "de score van alle gemeenten samen")
    claimed = bool(CLAIM.search(sentence))
    assert claimed == (direction_words(comparison) != "geen duidelijk verschil") == claims_difference(comparison)
    assert not (claimed and contains_zero(comparison))


@given(comparisons())
def test_a_claimed_difference_never_reads_as_an_interval_around_zero(comparison: Comparison) -> None:
    sentence = comparison_sentence(comparison, "de rest")
    if claims_difference(comparison) and min(abs(comparison.interval.low), abs(comparison.interval.high)) > 1e-4:
        low, high = re.findall(r"tussen (\S+) en (\S+) punten", sentence)[0]
        assert float(low.replace(",", ".")) > 0
        assert float(high.replace(",", ".")) > 0


@settings(max_examples=25)
@given(
    found=st.lists(st.one_of(comparisons(), st.just(NotEstimable("no_degrees_of_freedom", 40))), min_size=3, max_size=3)
)
def test_no_report_claims_more_than_its_intervals_carry(
    found: list[Comparison | NotEstimable], results: Results, codebook: Codebook, context: ReportContext
) -> None:
    cells = [Pair(Cell(Measure.SCORE, composite.composite, unit="GM0355")) for composite in codebook.composites]
    changed = replace(results, comparisons=dict(zip(cells, found, strict=True)))
    page = write_html(compose_municipality_report(protect(changed), codebook, context))
    claims = sum(isinstance(it, Comparison) and claims_difference(it) for it in found)
    assert not any(isinstance(it, Comparison) and claims_difference(it) and contains_zero(it) for it in found)
    # Every claim stands in the section of its theme and next to the other municipalities; the summary tells all of them in one sentence.
    assert len(CLAIM.findall(page)) == 2 * claims + bool(claims)
    assert not CAUSE.search(page)
