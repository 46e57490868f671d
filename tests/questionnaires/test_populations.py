from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_worlds import ITEMS, SCALES, all_clients, small_worlds, world

from questionnaires.answers import Answer, Missing
from questionnaires.comparability.populations import Population, compare_populations
from questionnaires.questionnaire import Questionnaire
from questionnaires.routing import route

GES01, HUL01, WEK01 = ({"answer": item} for item in ("GES01", "HUL01", "WEK01"))
YES, NO = ({"eq": [GES01, {"code": code}]} for code in ("ja", "nee"))
SAME, WIDENED, NARROWED, OTHER, UNDECIDED = Population


def asked_when(
    condition: object, when_unknown: str = "hide", *, first: tuple[str, ...] = ("GES01",), **other: object
) -> Questionnaire:
    """A questionnaire that asks some items, and then EIN01 under a condition."""
    last = {"items": ["EIN01"], "show_if": condition, "when_unknown": when_unknown}
    return world({"items": list(first)}, last, **other)  # type: ignore[arg-type]  # as the parts are named


def compared(old: Questionnaire, new: Questionnaire) -> Population:
    return compare_populations(old, new, "EIN01")


def codes(*names: str) -> Mapping[str, object]:
    """The answers to GES01: these codes."""
    return {"ja_nee": {**SCALES["ja_nee"], "codes": [{"code": code, "text": code} for code in names]}}


def test_the_same_condition_asks_the_same_people() -> None:
    assert compared(asked_when(YES), asked_when(YES)) is SAME


@pytest.mark.parametrize(
    "rewritten",
    [
        {"in": [GES01, [{"code": "ja"}]]},
        {"not": {"not": YES}},
        {"ne": [GES01, {"code": "nee"}]},
        {"any": [YES, {"all": [YES, NO]}]},
        {"if": [YES, True, False]},
        {"calc": "gesprek"},
    ],
)
def test_a_condition_in_other_words_asks_the_same_people(rewritten: object) -> None:
    talk = {"gesprek": {"type": "bool", "expr": YES}}
    assert compared(asked_when(YES), asked_when(rewritten, calculations=talk)) is SAME


def test_who_comes_in_widens_and_who_falls_out_narrows() -> None:
    few, many = asked_when(YES), asked_when({"any": [YES, NO]})
    assert (compared(few, many), compared(many, few)) == (WIDENED, NARROWED)


def test_some_in_and_some_out_are_others() -> None:
    assert compared(asked_when(YES), asked_when(NO)) is OTHER


def test_asking_everyone_widens() -> None:
    everyone = world({"items": ["GES01"]}, {"items": ["EIN01"]})
    assert (compared(asked_when(YES), everyone), compared(everyone, asked_when(YES))) == (WIDENED, NARROWED)


def test_without_conditions_everyone_is_asked_whatever_else_changed() -> None:
    more = {"lang": {"type": "bool", "expr": {"gt": [WEK01, 1]}}}
    plain = world({"items": ["WEK01"]}, {"items": ["EIN01"]})
    assert compared(plain, world({"items": ["WEK01"]}, {"items": ["EIN01"]}, calculations=more)) is SAME


def test_who_skips_counts_too() -> None:
    assert compared(asked_when(YES, "hide"), asked_when(YES, "show")) is WIDENED


def test_what_to_do_when_unknown_makes_no_difference_where_nothing_is_unknown() -> None:
    there = {"answered": GES01}
    assert compared(asked_when(there, "hide"), asked_when(there, "show")) is SAME


def test_an_item_upstream_that_fewer_people_are_asked_narrows() -> None:
    long = {"items": ["EIN01"], "show_if": {"gt": [WEK01, 1]}, "when_unknown": "hide"}
    old = world({"items": ["GES01"]}, {"items": ["WEK01"]}, long)
    new = world({"items": ["GES01"]}, {"items": ["WEK01"], "show_if": YES, "when_unknown": "hide"}, long)
    assert (compared(old, new), compared(new, old)) == (NARROWED, WIDENED)


def test_an_item_upstream_that_fewer_people_are_asked_widens_what_is_shown_when_unknown() -> None:
    long = {"items": ["EIN01"], "show_if": {"gt": [WEK01, 1]}, "when_unknown": "show"}
    old = world({"items": ["GES01"]}, {"items": ["WEK01"]}, long)
    new = world({"items": ["GES01"]}, {"items": ["WEK01"], "show_if": YES, "when_unknown": "hide"}, long)
    assert compared(old, new) is WIDENED


def test_another_order_of_the_pages_that_ask_does_not_matter() -> None:
    both = {"all": [YES, {"gt": [WEK01, 1]}]}
    last = {"items": ["EIN01"], "show_if": both, "when_unknown": "hide"}
    new = {**last, "show_if": {"all": list(reversed(both["all"]))}}
    assert (
        compared(
            world({"items": ["GES01"]}, {"items": ["WEK01"]}, last),
            world({"items": ["WEK01"]}, {"items": ["GES01"]}, new),
        )
        is SAME
    )


def test_pages_that_depend_on_each_other_the_other_way_round_are_compared() -> None:
    last = {"items": ["EIN01"], "show_if": {"all": [YES, {"gt": [WEK01, 1]}]}, "when_unknown": "hide"}
    long_first = world(
        {"items": ["WEK01"]}, {"items": ["GES01"], "show_if": {"gt": [WEK01, 1]}, "when_unknown": "hide"}, last
    )
    talk_first = world({"items": ["GES01"]}, {"items": ["WEK01"], "show_if": YES, "when_unknown": "hide"}, last)
    assert compared(talk_first, long_first) is SAME


def test_a_changed_calculation_is_seen_through() -> None:
    old, new = (
        asked_when(
            {"calc": "lang"}, first=("WEK01",), calculations={"lang": {"type": "bool", "expr": {"gt": [WEK01, weeks]}}}
        )
        for weeks in (1, 2)
    )
    assert compared(old, new) is NARROWED


def test_an_item_that_only_one_version_asks_can_have_any_answer() -> None:
    everyone = world({"items": ["GES01"]}, {"items": ["EIN01"]})
    long = asked_when({"gt": [WEK01, 1]}, first=("GES01", "WEK01"))
    assert compared(everyone, long) is NARROWED


def test_a_new_option_changes_who_is_asked_only_where_a_condition_names_it() -> None:
    more = codes("ja", "nee", "soms")
    assert compared(asked_when(YES), asked_when(YES, scales=more)) is SAME
    assert compared(asked_when(YES), asked_when({"ne": [GES01, {"code": "nee"}]}, scales=more)) is WIDENED


def test_a_split_option_asks_the_same_people_where_all_its_parts_are_named() -> None:
    split = codes("ja", "nee_nog_niet", "nee_nooit")
    both, one = (
        {"in": [GES01, [{"code": code} for code in some]]} for some in (("nee_nog_niet", "nee_nooit"), ("nee_nooit",))
    )
    assert compared(asked_when(NO), asked_when(both, scales=split)) is SAME
    assert compared(asked_when(NO), asked_when(one, scales=split)) is NARROWED


def test_options_that_became_one_ask_the_same_people_where_all_were_named() -> None:
    parts = codes("ja", "nee_nog_niet", "nee_nooit")
    named = {"in": [GES01, [{"code": "nee_nog_niet"}, {"code": "nee_nooit"}]]}
    assert compared(asked_when(named, scales=parts), asked_when(NO)) is SAME


def test_a_wider_range_asks_the_people_beyond_it_too() -> None:
    wide: Mapping[str, object] = {"WEK01": {"integer": {"min": 0, "max": 9, "unit": "week"}}}
    few = {"gt": [WEK01, 1]}
    some = {"all": [few, {"lt": [WEK01, 4]}]}
    assert compared(asked_when(few, first=("WEK01",)), asked_when(few, first=("WEK01",), types=wide)) is SAME
    assert compared(asked_when(few, first=("WEK01",), types=wide), asked_when(some, first=("WEK01",))) is NARROWED


def test_another_kind_of_answer_is_undecided() -> None:
    number: Mapping[str, object] = {"GES01": {"integer": {"min": 0, "max": 3, "unit": "keer"}}}
    assert (
        compared(asked_when({"answered": GES01}), asked_when({"not": {"reason_is": [GES01, "skipped"]}}, types=number))
        is OTHER
    )
    assert compared(asked_when(True), asked_when({"ge": [GES01, 0]}, types=number)) is UNDECIDED


def test_what_is_too_much_to_look_through_is_undecided() -> None:
    wide: Mapping[str, object] = {"WEK01": {"integer": {"min": 0, "max": 900_000, "unit": "euro"}}}
    old, new = (
        asked_when({"gt": [{"mul": [WEK01, WEK01]}, limit]}, first=("WEK01",), types=wide) for limit in (10, 11)
    )
    assert compared(old, new) is UNDECIDED


def test_how_people_answer_is_compared_over_the_modes_of_both_versions() -> None:
    web = {"eq": [{"response": "mode"}, {"code": "web"}]}
    everyone = world({"items": ["GES01"]}, {"items": ["EIN01"]}, modes=["web"])
    assert compared(everyone, asked_when(web, modes=["web"])) is SAME
    assert compared(everyone, asked_when(web, modes=["web", "paper"])) is NARROWED


def test_each_item_has_its_own_people(worked: Questionnaire) -> None:
    assert {compare_populations(worked, worked, item) for item in worked.items_by_id} == {SAME}


@st.composite
def two_versions(draw: st.DrawFn) -> tuple[Questionnaire, Questionnaire]:
    """Two questionnaires that ask the same, perhaps in another order and under other conditions."""
    items = tuple(draw(st.lists(st.sampled_from(ITEMS), min_size=1, max_size=2, unique=True)))
    return draw(small_worlds(items)), draw(small_worlds(tuple(draw(st.permutations(items)))))


def met(old: Questionnaire, new: Questionnaire, item: str) -> Population:
    """How the people who are asked an item differ, by walking both versions with every client that there can be."""
    seen = set()
    for answers, circumstances in all_clients(old, new):
        skipped = {one: Answer(one, 1, missing=Missing.SKIPPED) for one in old.items_by_id}
        paths = (route(version, {**skipped, **answers}, circumstances) for version in (old, new))
        seen.add(tuple(item in path.environment for path in paths))
    comes_in, falls_out = (False, True) in seen, (True, False) in seen
    if comes_in and falls_out:
        return OTHER
    return WIDENED if comes_in else NARROWED if falls_out else SAME


@given(two_versions())
def test_a_few_answers_decide_what_all_clients_together_would(versions: tuple[Questionnaire, Questionnaire]) -> None:
    old, new = versions
    found = {item: compare_populations(old, new, item) for item in old.items_by_id}
    assert found == {item: met(old, new, item) for item in old.items_by_id}


@given(two_versions())
def test_what_widens_one_way_narrows_the_other_way(versions: tuple[Questionnaire, Questionnaire]) -> None:
    old, new = versions
    turned = {WIDENED: NARROWED, NARROWED: WIDENED}
    for item in old.items_by_id:
        there = compare_populations(old, new, item)
        assert compare_populations(new, old, item) is turned.get(there, there)
