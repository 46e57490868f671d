"""What was published before counts: editions, windows of waves, and groups that somebody puts together."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.disclosure import Group, refuse_group
from analysis.disclosure.before import Before, single_waves
from analysis.disclosure.ledger import Granted, Ledger
from analysis.disclosure.places import Answers, Place
from analysis.policy import DisclosurePolicy

POLICY = DisclosurePolicy()
EVERYONE: Place = ("", "", "")


def released(*releases: tuple[str, dict[Place, int], set[Place]]) -> Ledger:
    """Return the ledger of releases: their waves (a letter each), counts and hidden places."""
    ledger = Ledger()
    for waves, counts, hidden in releases:
        ways = [{place: (float(n),) for place, n in counts.items()}]
        ledger = ledger.with_release(waves, "wmo", waves, {"Q": (ways, frozenset(hidden))})
    return ledger


def differing(ledger: Ledger, waves: str, n: int) -> bool:
    before = ledger.before("wmo", waves).get("Q", Before())
    return bool(before.small_differences([{EVERYONE: (float(n),)}], POLICY.floor))


def test_a_ledger_is_the_same_after_it_was_written_and_read() -> None:
    ledger = released(("a", {EVERYONE: 40, ("u", "age", "old"): 4}, {("u", "age", "old")}))
    ledger = ledger.with_group(Granted(item="Q", series="wmo", waves=("a",), units=("u",), breakdown="", levels=()))
    assert Ledger.model_validate_json(ledger.model_dump_json()) == ledger


@pytest.mark.parametrize(("now", "differs"), [(39, True), (40, False), (41, True), (49, True), (50, False)])
def test_a_number_that_changed_by_a_few_is_a_small_difference(now: int, *, differs: bool) -> None:
    assert differing(released(("a", {EVERYONE: 40}, set())), "a", now) == differs


def test_what_was_hidden_is_not_compared_but_what_was_shown_before_that_is() -> None:
    hidden = released(("a", {EVERYONE: 40}, {EVERYONE}))
    assert not differing(hidden, "a", 41)
    assert differing(released(("a", {EVERYONE: 36}, set()), ("a", {EVERYONE: 40}, {EVERYONE})), "a", 41)


def test_only_what_is_counted_alike_is_compared() -> None:
    counted: list[Answers] = [{EVERYONE: (40.0,)}, {EVERYONE: (44.0,)}]
    ledger = Ledger().with_release("1", "wmo", "a", {"Q": (counted, frozenset())})
    before = ledger.before("wmo", "a")["Q"]
    assert not before.small_differences(counted, POLICY.floor), "those who were asked are not those who answered"
    assert before.small_differences([counted[0], {EVERYONE: (45.0,)}, {EVERYONE: (41.0,)}], POLICY.floor) == {EVERYONE}


def test_of_each_unit_the_newest_edition_counts_and_a_total_is_that_of_its_own_units() -> None:
    all_units = {EVERYONE: 97, ("u", "", ""): 40, ("v", "", ""): 50, ("w", "", ""): 7}
    ledger = released(("a", all_units, {("u", "", ""), ("w", "", "")}), ("a", {EVERYONE: 41, ("u", "", ""): 41}, set()))
    before = ledger.before("wmo", "a")["Q"]
    assert before.ways == ({place: (float(n),) for place, n in (all_units | {("u", "", ""): 41}).items()},)
    assert before.hidden == {("w", "", "")}
    assert ledger.last_places("Q", "wmo", "a")[EVERYONE].respondents == 97


def test_totals_of_units_that_came_out_apart_are_added_up() -> None:
    apart = [
        ("a", {EVERYONE: n, (unit, "", ""): n}, hidden)
        for unit, n, hidden in (("u", 40, set()), ("v", 9, {("v", "", "")}))
    ]
    before = released(*apart).before("wmo", "a")["Q"]
    assert before.ways[0][EVERYONE] == (49.0,)
    assert before.hidden == {EVERYONE, ("v", "", "")}


def test_what_was_shown_stays_known_as_long_as_the_answers_are_the_same() -> None:
    unit = ("u", "", "")
    same = released(("a", {EVERYONE: 90, unit: 40}, set()), ("a", {EVERYONE: 90, unit: 40}, {unit}))
    other = released(("a", {EVERYONE: 90, unit: 40}, set()), ("a", {EVERYONE: 95, unit: 45}, {unit}))
    assert same.before("wmo", "a")["Q"].hidden == frozenset()
    assert other.before("wmo", "a")["Q"].hidden == {unit}


def test_the_total_of_other_units_is_no_earlier_total() -> None:
    ledger = released(("a", {EVERYONE: 44, ("u", "", ""): 40, ("v", "", ""): 4}, {("v", "", "")}))
    before = ledger.before("wmo", "a")["Q"].of_units(frozenset("u"))
    assert not before.small_differences([{EVERYONE: (40.0,), ("u", "", ""): (40.0,)}], POLICY.floor)
    assert before.small_differences([{EVERYONE: (43.0,), ("u", "", ""): (43.0,)}], POLICY.floor)


def test_another_series_and_a_new_place_are_not_compared() -> None:
    ledger = released(("a", {EVERYONE: 40}, set()))
    assert ledger.before("jeugd", "a") == {}
    found = ledger.before("wmo", "a")["Q"].small_differences([{("u", "", ""): (41.0,)}], POLICY.floor)
    assert not found


def test_a_wave_more_or_less_is_a_difference() -> None:
    ledger = released(("abc", {EVERYONE: 40}, set()))
    assert differing(ledger, "abcd", 45)
    assert differing(ledger, "ab", 35)
    assert not differing(ledger, "abcd", 60)
    assert not differing(ledger, "bcd", 45), "two unknown waves: neither follows"


def test_a_wave_that_follows_from_several_windows_is_found() -> None:
    ledger = released(("a", {EVERYONE: 20}, set()), ("abc", {EVERYONE: 80}, set()))
    assert differing(ledger, "bcd", 64), "80 less 20 is bc, so d has 4"
    assert not differing(ledger, "bcd", 90)


@given(
    st.sets(st.sampled_from([frozenset(it) for k in (1, 2, 3) for it in combinations("abcd", k)]), min_size=2),
    st.data(),
)
def test_a_single_wave_is_computed_right(windows: set[frozenset[str]], data: st.DataObject) -> None:
    listed = tuple(sorted(windows, key=sorted))
    counts = {wave: data.draw(st.integers(0, 50)) for wave in "abcd"}
    numbers = [sum(counts[wave] for wave in window) for window in listed]
    for parts in single_waves(listed):
        found = sum(part * n for part, n in zip(parts, numbers, strict=True))
        assert any(abs(found - n) < 1e-6 for n in counts.values())


def test_editions_divide_into_the_early_and_the_late() -> None:
    then: Answers = {EVERYONE: (4.0, 6.0)}
    now: Answers = {EVERYONE: (10.0, 9.0), ("u", "", ""): (3.0, 0.0)}
    [(of_now, early, late)] = Before(ways=(then,)).editions([now])
    assert of_now == now
    assert early == {EVERYONE: (4.0, 6.0), ("u", "", ""): (0.0, 0.0)}
    assert late == {EVERYONE: (6.0, 3.0), ("u", "", ""): (3.0, 0.0)}


def test_who_changed_their_answer_was_there_all_the_same() -> None:
    [(_, early, late)] = Before(ways=({EVERYONE: (10.0, 0.0)},)).editions([{EVERYONE: (4.0, 12.0)}])
    assert sum(early[EVERYONE]) == pytest.approx(10.0)
    assert sum(late[EVERYONE]) == pytest.approx(6.0)
    assert min(late[EVERYONE]) >= 0


def test_editions_that_were_counted_in_another_way_divide_by_number_only() -> None:
    [(now, early, late)] = Before(ways=({EVERYONE: (4.0, 6.0)},)).editions([{EVERYONE: (5.0, 5.0, 5.0)}])
    assert (now, early, late) == ({EVERYONE: (15.0,)}, {EVERYONE: (10.0,)}, {EVERYONE: (5.0,)})
    assert Before().editions([{EVERYONE: (5.0,)}]) == []


# Groups that somebody puts together


AGES = {
    EVERYONE: 127,
    ("u", "", ""): 62,
    ("v", "", ""): 65,
    **{("", "age", level): n for level, n in {"young": 58, "65": 50, "80": 19}.items()},
    **{("u", "age", level): n for level, n in {"young": 30, "65": 20, "80": 12}.items()},
    **{("v", "age", level): n for level, n in {"young": 28, "65": 30, "80": 7}.items()},
}
BOARD = released(("a", AGES, {("v", "age", "80"), ("u", "age", "80"), ("v", "age", "65"), ("u", "age", "65")}))


def refused(group: Group, ledger: Ledger = BOARD) -> tuple[str, int] | None:
    found = refuse_group(group, "Q", ledger, POLICY, series="wmo", waves=frozenset("a"))
    return None if found is None else (found.reason, found.people)


def ages(*levels: str, unit: str = "") -> Group:
    return Group(frozenset({unit} - {""}), "age", frozenset(levels))


def test_a_group_of_few_is_refused() -> None:
    assert refused(ages("80", unit="v")) == ("fewer_than_floor", 7)


def test_a_group_that_differs_enough_from_everything_is_shown() -> None:
    assert refused(ages("65", "80")) is None
    assert refused(ages("young", "65", unit="u")) is None


def test_a_group_just_within_or_around_a_published_one_is_refused_with_that_group() -> None:
    found = refuse_group(ages("young", "65", unit="v"), "Q", BOARD, POLICY, series="wmo", waves=frozenset("a"))
    assert found is not None
    assert (found.reason, found.people) == ("near_published", 7)
    assert found.near == Group(frozenset("v"))
    assert "die al bekend is: v." in found.cause


def test_people_without_a_level_are_a_small_group_too() -> None:
    ledger = released(("a", AGES | {EVERYONE: 130, ("u", "", ""): 65}, {("", "age", "80")}))
    assert refused(ages("young", "65", "80"), ledger) == ("near_published", 3)


def test_a_region_without_its_known_members_leaves_too_few() -> None:
    units = {EVERYONE: 97, ("u", "", ""): 40, ("v", "", ""): 50, ("w", "", ""): 7}
    ledger = released(("a", units, {("w", "", "")}))
    assert refused(Group(frozenset("uvw"), "", frozenset()), ledger) is None, "that is everyone"
    assert refused(Group(frozenset("uv")), ledger) == ("near_published", 7)
    wider = released(("a", units | {("x", "", ""): 60, EVERYONE: 157}, {("w", "", "")}))
    assert refused(Group(frozenset("uvw")), wider) == ("near_published", 7)


def test_a_group_that_was_shown_to_somebody_counts_as_published() -> None:
    units = {EVERYONE: 200, ("u", "", ""): 40, ("v", "", ""): 50, ("w", "", ""): 12, ("x", "", ""): 98}
    ledger = released(("a", {EVERYONE: 200} | units, {("w", "", ""), ("u", "", "")}))
    one = Group(frozenset("uv"))
    assert refused(one, ledger) is None
    grown = ledger.with_group(Granted(item="Q", series="wmo", waves=("a",), units=("u", "v"), breakdown="", levels=()))
    assert refused(one, grown) is None, "the same again tells nothing new"
    near = released(("a", units | {("w", "", ""): 4}, {("w", "", ""), ("u", "", "")}))
    near = near.model_copy(update={"groups": grown.groups})
    assert refused(Group(frozenset("uvw")), near) == ("near_published", 4)


def test_levels_that_overlap_cannot_be_put_together() -> None:
    support = {EVERYONE: 50, ("", "support", "help"): 40, ("", "support", "trips"): 30}
    ledger = released(("a", support, set()))
    assert refused(Group(frozenset(), "support", frozenset({"help", "trips"})), ledger) == ("overlapping_levels", 0)


def test_a_group_of_an_item_that_was_never_released_is_refused() -> None:
    assert refused(ages("65"), Ledger()) == ("fewer_than_floor", 0)


def test_a_group_is_named_by_its_units_and_levels() -> None:
    assert str(ages("80", "65", unit="u")) == "u, age: 65, 80"
    assert str(Group()) == "alle eenheden samen"
