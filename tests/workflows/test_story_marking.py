"""What of the reading room needs no database: marks in a story, counts that may be told, and words taken over."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.results import NotEstimable
from analysis.scales.kappa import Agreement
from ceo.workflows.stories.coding import agreement_on
from ceo.workflows.stories.copying import LINKED, copied_words
from ceo.workflows.stories.marking import (
    REPLACED_BY,
    Mark,
    MarkKind,
    find_words,
    joined,
    marks_from_json,
    marks_to_json,
    pieces_of,
    read_marks,
    suggest_marks,
    without,
)
from ceo.workflows.stories.patterns import Hidden, shown_counts

STORY = "Mevrouw Jansen uit Zwolle, Dorpsstraat 12, belde op 12 maart 2024 met 06-12345678. Mail: a@b.nl. Het kostte 1.250 euro."


def test_names_places_addresses_dates_numbers_mail_and_telephone_are_suggested() -> None:
    left = without(STORY, suggest_marks(STORY))
    assert left == (
        "Mevrouw [naam] uit [plaats], [adres], belde op [datum] met [telefoonnummer]. Mail: [e-mailadres]. Het kostte [getal] euro."
    )


@pytest.mark.parametrize(
    "text", ["Best fijn dat het kon.", "Ik belde 3 keer.", "In de Wmo staat dat.", "Zij komt in mei."]
)
def test_ordinary_words_are_not_suggested(text: str) -> None:
    assert suggest_marks(text) == ()


def test_words_of_a_reader_go_wherever_they_stand_and_only_as_whole_words() -> None:
    text = "De Linde helpt. In de linde is het fijn, bij de lindeboom ook."
    assert (
        without(text, find_words(text, "de  LINDE"))
        == "[weggelaten] helpt. In [weggelaten] is het fijn, bij de lindeboom ook."
    )
    assert find_words(text, "eik") == find_words(text, " ") == ()


def test_what_a_form_sends_that_is_no_mark_is_left_out() -> None:
    assert read_marks(["0-2-name", "1-99-name", "5-2-name", "1-2-eval", "x"], "abcd") == (Mark(0, 2, MarkKind.NAME),)


MARKS = st.lists(st.builds(Mark, st.integers(0, 20), st.integers(21, 40), st.sampled_from(MarkKind)), max_size=5)


@given(st.text(min_size=40, max_size=60), MARKS)
def test_nothing_that_is_marked_is_left_and_nothing_else_goes(text: str, marks: list[Mark]) -> None:
    pieces = pieces_of(text, joined(marks))
    assert "".join(piece.text for piece in pieces) == text
    kept = "".join(piece.text for piece in pieces if piece.mark is None)
    covered = {place for mark in marks for place in range(mark.start, mark.end)}
    assert kept == "".join(sign for place, sign in enumerate(text) if place not in covered)
    assert without(text, marks) == "".join(REPLACED_BY[it.mark.kind] if it.mark else it.text for it in pieces)


def test_marks_are_kept_without_words() -> None:
    kept = marks_to_json(suggest_marks(STORY))
    assert "Jansen" not in str(kept)
    assert marks_from_json(kept) == suggest_marks(STORY)


def test_a_count_that_would_follow_from_the_others_is_not_told_either() -> None:
    counts = {"goed": 30, "slecht": 12, "anders": 3}
    assert shown_counts(counts, floor=10, adds_up=False)["slecht"] == 12
    assert shown_counts(counts, floor=10, adds_up=True)["slecht"] is Hidden.BESIDE
    two_small = {"goed": 30, "slecht": 6, "anders": 7}
    assert shown_counts(two_small, floor=10, adds_up=True)["goed"] == 30
    assert shown_counts({"goed": 30, "slecht": 0}, floor=10, adds_up=True)["slecht"] is Hidden.FEW


def _possible(counts: dict[str, int], shown: dict[str, object], name: str, floor: int) -> set[int]:
    """What a hidden count can be for who knows the sum, that all are at least 1, what is said of each, and that the smallest go first."""
    others = [other for other in counts if not isinstance(shown[other], int) and other != name]
    known = sum(counts[one] for one in [*others, name])
    lowest = sum(1 if shown[one] is Hidden.FEW else floor for one in others)
    smallest_told = min((number for number in shown.values() if isinstance(number, int)), default=known)
    highest = sum(floor - 1 if shown[one] is Hidden.FEW else smallest_told for one in others)
    return {number for number in range(1, floor) if lowest <= known - number <= highest}


@given(st.lists(st.integers(1, 40), min_size=1, max_size=6), st.sampled_from([10, 15]))
def test_no_count_below_the_floor_follows_from_the_total(numbers: list[int], floor: int) -> None:
    counts = {str(at): number for at, number in enumerate(numbers)}
    shown = shown_counts(counts, floor=floor, adds_up=True)
    assert set(shown) in (set(), set(counts))
    for name in shown:
        if shown[name] is Hidden.FEW:
            assert len(_possible(counts, dict(shown), name, floor)) >= floor / 2
        elif isinstance(shown[name], int):
            assert shown[name] == counts[name] >= floor


def test_two_counts_of_nine_do_not_follow_from_the_total() -> None:
    shown = shown_counts({"goed": 30, "slecht": 9, "anders": 9}, floor=10, adds_up=True)
    assert shown == {"goed": Hidden.BESIDE, "slecht": Hidden.FEW, "anders": Hidden.FEW}


def codings(*pairs: tuple[bool, bool]) -> dict[str, dict[str, frozenset[str]]]:
    yes, no = frozenset({"c"}), frozenset[str]()
    return {str(at): {"a": yes if a else no, "b": yes if b else no} for at, (a, b) in enumerate(pairs)}


def test_agreement_of_more_than_two_readers_counts_every_pair_of_readings() -> None:
    read = codings(*[(True, True), (False, False)] * 8)
    read["0"]["z"] = frozenset()
    found = agreement_on(read, "c")
    assert (found.read, found.alike) == (16, 15)
    assert isinstance(found.measured, Agreement)
    assert isinstance(agreement_on({"0": {"a": frozenset()}}, "c").measured, NotEstimable)


def test_five_words_in_a_row_are_taken_over_and_four_are_not() -> None:
    typed = "Zij zei: ‘Elke week komt iemand anders’!"
    assert copied_words(typed, ["niets", "elke week komt iemand anders, en"], LINKED) == "Elke week komt iemand anders"
    assert copied_words("Elke week komt iemand.", ["elke week komt iemand anders"], LINKED) == ""
