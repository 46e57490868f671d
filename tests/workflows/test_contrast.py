import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ceo.workflows.house.contrast import MARK, PAIRS, TEXT, contrast, is_dark_on_light, nearest_passing, verdicts
from ceo.workflows.house.themes import DEFAULTS

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


# The numbers that every checker of contrast gives for these well-known pairs.
def test_known_pairs_have_their_known_contrast() -> None:
    known = {
        ("#000000", "#ffffff"): 21,
        ("#777777", "#ffffff"): 4.48,
        ("#767676", "#ffffff"): 4.54,
        ("#ff0000", "#ffffff"): 4.0,
    }
    for (front, back), ratio in known.items():
        assert contrast(front, back) == pytest.approx(ratio, abs=0.005)


@given(COLOURS, COLOURS)
def test_contrast_is_the_same_both_ways_and_between_1_and_21(one: str, other: str) -> None:
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21


@given(COLOURS, COLOURS, st.sampled_from([MARK, TEXT]))
def test_the_colour_that_is_advised_always_does(colour: str, other: str, least: float) -> None:
    assert contrast(nearest_passing(colour, other, least), other) >= least


@given(COLOURS, COLOURS)
def test_a_colour_that_does_is_advised_itself(colour: str, other: str) -> None:
    assume(contrast(colour, other) >= MARK)
    assert nearest_passing(colour, other, MARK) == colour


def test_the_look_of_who_chooses_nothing_passes_everywhere() -> None:
    found = verdicts(DEFAULTS)
    assert [verdict.pair.what for verdict in found if not verdict.passes] == []
    assert len(found) == len(PAIRS)
    assert is_dark_on_light(DEFAULTS)


def test_a_pale_button_is_told_with_a_darker_one_of_the_same_hue() -> None:
    pale = {**DEFAULTS, "--basis-color-action-1-inverse-bg-default": "#7fb2d9"}
    failing = {verdict.pair.what: verdict for verdict in verdicts(pale) if not verdict.passes}
    assert set(failing) == {"Tekst op een knop", "Knop op de pagina", "Rand van een gekozen antwoord"}
    verdict = failing["Tekst op een knop"]
    assert verdict.ratio == pytest.approx(2.26, abs=0.01)
    assert verdict.cure == "#347bb1"
    assert contrast(verdict.cure, "#ffffff") >= TEXT


def test_every_pair_speaks_of_colours_that_can_be_chosen() -> None:
    for pair in PAIRS:
        assert {pair.front, pair.back} <= set(DEFAULTS)
        assert pair.mended in {pair.front, pair.back}


def test_light_words_on_a_dark_page_are_known() -> None:
    dark = {
        **DEFAULTS,
        "--basis-color-default-bg-document": "#000000",
        "--basis-color-default-color-document": "#ffffff",
    }
    assert not is_dark_on_light(dark)
