from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_worlds import SCALES, world

from questionnaires.answers import Answer, Missing
from questionnaires.expressions.abstraction import Choices, View, find_choices
from questionnaires.expressions.atoms import facts_of, find_atoms
from questionnaires.questionnaire import Questionnaire

EVERYONE = {"items": ["GES01"]}
SKIPPED = Missing.SKIPPED
GES01, HUL01, WEK01, DAG01 = ({"answer": item} for item in ("GES01", "HUL01", "WEK01", "DAG01"))
STARTED = {"response": "started_on"}


def asked_when(condition: object, *items: str, **other: object) -> Questionnaire:
    """A questionnaire that asks these items, and then has a page with a condition."""
    last = {"items": ["EIN01"], "show_if": condition, "when_unknown": "show"}
    return world({"items": list(items or ("GES01",))}, last, **other)  # type: ignore[arg-type]  # as the parts are named


def choices(source: str, *questionnaires: Questionnaire) -> Choices:
    return find_choices(source, [view(one) for one in questionnaires])


def view(questionnaire: Questionnaire) -> View:
    condition = questionnaire.pages[-1].show_if
    assert condition is not None
    atoms = list(find_atoms(condition, questionnaire.routes.scope))
    sources = frozenset().union(*(atom.sources for atom in atoms))
    return View(questionnaire, {source: [atom for atom in atoms if source in atom.sources] for source in sources})


def given_values(found: Choices) -> list[object]:
    """The answers that stand for all, of one version."""
    assert all(len(answers) == 1 for answers in found.answers)
    return [answer.missing or answer.value for (answer,) in found.answers]


def given_pairs(found: Choices) -> set[tuple[object, object]]:
    return {(old.missing or old.value, new.missing or new.value) for old, new in found.answers}


def test_a_choice_is_the_code_that_is_asked_for_one_other_and_no_answer() -> None:
    found = choices("GES02", asked_when({"eq": [{"answer": "GES02"}, {"code": "nee"}]}, "GES02"))
    assert found.exact
    assert given_values(found) == [SKIPPED, "ja", "nee"]


def test_a_reason_stands_apart_only_where_a_condition_asks_for_it() -> None:
    yes = {"eq": [GES01, {"code": "ja"}]}
    dont_know = {"reason_is": [GES01, "dont_know"]}
    assert given_values(choices("GES01", asked_when(yes))) == [SKIPPED, "ja", "nee"]
    assert given_values(choices("GES01", asked_when({"any": [yes, dont_know]}))) == [
        SKIPPED,
        Missing.DONT_KNOW,
        "ja",
        "nee",
    ]


def test_answers_that_are_compared_with_each_other_are_all_told_apart() -> None:
    same = asked_when({"eq": [GES01, {"answer": "GES02"}]}, "GES01", "GES02")
    assert given_values(choices("GES02", same)) == [SKIPPED, "ja", "nee", "soms"]


def test_of_several_codes_those_count_that_are_named_and_how_many_the_others_are() -> None:
    named = asked_when({"includes": [HUL01, {"code": "huis"}]}, "HUL01")
    assert given_values(choices("HUL01", named)) == [SKIPPED, ("vervoer",), ("huis",)]
    counted = asked_when({"ge": [{"count_selected": HUL01}, 2]}, "HUL01")
    assert given_values(choices("HUL01", counted)) == [SKIPPED, ("huis",), ("huis", "vervoer")]
    alone = asked_when({"includes": [HUL01, {"code": "geen"}]}, "HUL01")
    assert given_values(choices("HUL01", alone)) == [SKIPPED, ("huis",), ("geen",)]


def test_an_exclusive_code_is_only_ever_chosen_alone() -> None:
    parts = [{"includes": [HUL01, {"code": code}]} for code in ("geen", "huis", "vervoer")]
    found = given_values(choices("HUL01", asked_when({"all": parts}, "HUL01")))
    assert [value for value in found if isinstance(value, tuple) and "geen" in value] == [("geen",)]


def test_a_number_stands_on_either_side_of_each_constant() -> None:
    found = choices("WEK01", asked_when({"all": [{"gt": [WEK01, 0]}, {"ge": [2.5, WEK01]}]}, "WEK01"))
    assert found.exact
    assert given_values(found) == [SKIPPED, 0, 1, 3]


def test_between_two_constants_there_is_a_number_too() -> None:
    found = choices("WEK01", asked_when({"all": [{"gt": [WEK01, 0]}, {"lt": [WEK01, 2]}]}, "WEK01"))
    assert 1 in given_values(found)


def test_a_number_in_a_sum_keeps_all_its_values() -> None:
    total = {"gt": [{"add": [WEK01, {"count_selected": HUL01}]}, 4]}
    found = choices("WEK01", asked_when(total, "WEK01", "HUL01"))
    assert (given_values(found), found.exact) == ([SKIPPED, 0, 1, 2, 3], True)


def test_a_number_with_too_many_values_for_a_sum_gives_examples_and_says_so() -> None:
    wide: Mapping[str, object] = {"WEK01": {"integer": {"min": 0, "max": 100_000, "unit": "euro"}}}
    total = {"gt": [{"mul": [WEK01, 12]}, 20_000]}
    found = choices("WEK01", asked_when(total, "WEK01", types=wide))
    low, high = (value for value in given_values(found) if isinstance(value, int))
    assert (low * 12 <= 20_000 < high * 12, found.exact) == (True, False)


def test_a_number_of_any_size_is_exact_where_it_is_compared_with_constants() -> None:
    wide: Mapping[str, object] = {"WEK01": {"integer": {"min": 0, "max": 900_000_000, "unit": "euro"}}}
    found = choices("WEK01", asked_when({"eq": [WEK01, 20_000]}, "WEK01", types=wide))
    assert (given_values(found), found.exact) == ([SKIPPED, 0, 20_000], True)


def test_a_day_stands_on_either_side_of_each_constant() -> None:
    free: Mapping[str, object] = {"DAG01": {"date": {}}}
    found = choices("DAG01", asked_when({"lt": [DAG01, {"date": "2026-02-01"}]}, "DAG01", types=free))
    assert (given_values(found), found.exact) == ([SKIPPED, date.min, date(2026, 2, 1)], True)


def test_days_that_are_some_months_apart_are_among_the_examples() -> None:
    free: Mapping[str, object] = {"DAG01": {"date": {}}}
    months = {"ge": [{"months_between": [DAG01, STARTED]}, 3]}
    questionnaire = asked_when(months, "DAG01", types=free)
    began, started = (choices(source, questionnaire) for source in ("DAG01", "response:started_on"))
    (atom,) = find_atoms(questionnaire.pages[-1].show_if or True, questionnaire.routes.scope)
    worths = {
        atom.worth(facts_of({"DAG01": one, "response:started_on": other}))
        for (one,) in began.answers
        for (other,) in started.answers
    }
    assert (worths, began.exact, started.exact) == ({True, False, None}, False, False)


def test_words_are_there_or_they_are_not() -> None:
    told = choices("VER01", asked_when({"answered": {"answer": "VER01"}}, "VER01"))
    assert (given_values(told), told.exact) == ([SKIPPED, "…"], True)


def test_how_a_client_answers_is_never_unknown_but_what_the_sample_says_may_be() -> None:
    by_mode = asked_when({"eq": [{"response": "mode"}, {"code": "paper"}]}, modes=["web", "paper", "phone"])
    assert given_values(choices("response:mode", by_mode)) == ["web", "paper"]
    old = asked_when(
        {"ge": [{"sample": "jaar"}, 65]}, sample={"jaar": {"type": {"integer": {"min": 0, "max": 99, "unit": "j"}}}}
    )
    assert given_values(choices("sample:jaar", old)) == [SKIPPED, 0, 65]


def test_more_named_codes_than_can_be_combined_give_examples() -> None:
    codes = [f"hulp_{letter}" for letter in "abcdefghijklmn"]
    scale = {**SCALES["hulp"], "codes": [{"code": code, "text": code} for code in codes]}
    parts = [{"includes": [HUL01, {"code": code}]} for code in codes]
    found = choices("HUL01", asked_when({"all": parts}, "HUL01", scales={"hulp": scale}))
    assert not found.exact
    assert tuple(codes) in given_values(found)


def test_a_number_that_chooses_between_codes_keeps_all_its_values() -> None:
    either = {"if": [{"gt": [WEK01, 1]}, GES01, {"code": "nee"}]}
    found = choices("WEK01", asked_when({"in": [either, [{"code": "ja"}]]}, "GES01", "WEK01"))
    assert (given_values(found), found.exact) == ([SKIPPED, 0, 1, 2, 3], True)


def test_a_calculation_is_looked_through() -> None:
    lang = {"lang": {"type": "bool", "expr": {"gt": [WEK01, 1]}}, "weken": {"type": "int", "expr": WEK01}}
    found = choices(
        "WEK01", asked_when({"all": [{"calc": "lang"}, {"lt": [{"calc": "weken"}, 3]}]}, "WEK01", calculations=lang)
    )
    assert (given_values(found), found.exact) == ([SKIPPED, 0, 2, 3], True)


# Two versions: what the same client answers in both.


def of_help(*codes: str) -> Mapping[str, object]:
    return {"hulp": {**SCALES["hulp"], "codes": [{"code": code, "text": code} for code in codes]}}


def of_talk(*codes: str) -> Mapping[str, object]:
    return {"ja_nee": {**SCALES["ja_nee"], "codes": [{"code": code, "text": code} for code in codes]}}


def test_the_same_answer_stands_in_both_versions_also_where_one_does_not_offer_it() -> None:
    yes = {"eq": [GES01, {"code": "ja"}]}
    old, new = asked_when(yes), asked_when(yes, scales=of_talk("ja", "nee", "soms"))
    assert given_pairs(choices("GES01", old, new)) == {(SKIPPED, SKIPPED), ("ja", "ja"), ("nee", "nee")}


def test_codes_that_took_the_place_of_others_go_with_each_of_those() -> None:
    old = asked_when({"eq": [GES01, {"code": "soms"}]}, scales=of_talk("ja", "nee", "soms"))
    new = asked_when({"eq": [GES01, {"code": "vaak"}]}, scales=of_talk("ja", "nee", "vaak", "zelden"))
    assert given_pairs(choices("GES01", old, new)) == {
        (SKIPPED, SKIPPED),
        ("ja", "ja"),
        ("soms", "vaak"),
        ("soms", "zelden"),
    }


def test_sets_of_codes_keep_what_is_the_same_and_change_what_took_each_others_place() -> None:
    old = asked_when({"includes": [HUL01, {"code": "huis"}]}, "HUL01", scales=of_help("huis", "vervoer"))
    new = asked_when({"includes": [HUL01, {"code": "binnen"}]}, "HUL01", scales=of_help("binnen", "buiten", "vervoer"))
    assert given_pairs(choices("HUL01", old, new)) == {
        (SKIPPED, SKIPPED),
        (("vervoer",), ("vervoer",)),
        (("huis",), ("buiten",)),
        (("huis",), ("binnen",)),
    }


def test_exclusive_codes_take_each_others_place_alone() -> None:
    none = {"hulp": {**SCALES["hulp"], "exclusive": [{"code": "niets", "text": "Niets"}]}}
    old = asked_when({"includes": [HUL01, {"code": "geen"}]}, "HUL01")
    new = asked_when({"includes": [HUL01, {"code": "niets"}]}, "HUL01", scales=none)
    assert (("geen",), ("niets",)) in given_pairs(choices("HUL01", old, new))


def test_a_range_is_that_of_both_versions() -> None:
    wide: Mapping[str, object] = {"WEK01": {"integer": {"min": 0, "max": 9, "unit": "week"}}}
    old, new = asked_when({"gt": [WEK01, 2]}, "WEK01"), asked_when({"gt": [WEK01, 5]}, "WEK01", types=wide)
    found = choices("WEK01", old, new)
    assert (given_pairs(found), found.exact) == ({(SKIPPED, SKIPPED), (0, 0), (3, 3), (6, 6)}, True)


@pytest.mark.parametrize("kind", [{"integer": {"min": 0, "max": 1, "unit": "keer"}}, {"scale": "hulp@1"}, {"date": {}}])
def test_another_kind_of_answer_can_go_with_every_answer_and_that_is_not_exact(kind: Mapping[str, object]) -> None:
    old = asked_when({"eq": [GES01, {"code": "ja"}]})
    new = asked_when({"answered": GES01}, types={"GES01": kind})
    found = choices("GES01", old, new)
    assert not found.exact
    told = {(value == "ja", isinstance(other, Missing)) for value, other in given_pairs(found)}
    assert told == {(True, True), (True, False), (False, True), (False, False)}


def test_an_exclusive_code_that_became_a_usual_one_is_another_kind_of_answer() -> None:
    usual = of_help("huis", "vervoer", "fiets", "geen")["hulp"]
    assert isinstance(usual, dict)
    condition = {"includes": [HUL01, {"code": "geen"}]}
    new = asked_when(condition, "HUL01", scales={"hulp": {**usual, "exclusive": []}})
    assert not choices("HUL01", asked_when(condition, "HUL01"), new).exact


def test_an_item_of_one_version_alone_has_the_answers_of_that_version() -> None:
    old, new = asked_when({"eq": [GES01, {"code": "ja"}]}), asked_when({"eq": [WEK01, 2]}, "WEK01")
    found = choices("WEK01", old, new)
    assert (given_pairs(found), found.exact) == ({(SKIPPED, SKIPPED), (0, 0), (2, 2)}, True)


def test_a_client_keeps_to_one_mode_also_where_a_version_does_not_offer_it() -> None:
    old = asked_when({"eq": [{"response": "mode"}, {"code": "web"}]}, modes=["web"])
    new = asked_when({"eq": [{"response": "mode"}, {"code": "paper"}]}, modes=["paper", "phone"])
    assert given_pairs(choices("response:mode", old, new)) == {("web", "web"), ("paper", "paper"), ("phone", "phone")}


def test_the_start_is_a_day_in_both_versions() -> None:
    late = asked_when({"ge": [STARTED, {"date": "2027-01-01"}]})
    found = choices("response:started_on", late, late)
    assert (len(found.answers), found.exact) == (3, True)


@given(st.integers(0, 104), st.sampled_from(["lt", "le", "gt", "ge", "eq", "ne"]), st.integers(-3, 108))
def test_every_number_has_one_that_stands_for_it(number: int, sign: str, limit: int) -> None:
    kind: Mapping[str, object] = {"WEK01": {"integer": {"min": 0, "max": 104, "unit": "week"}}}
    questionnaire = asked_when({sign: [WEK01, limit]}, "WEK01", types=kind)
    (atom,) = find_atoms(questionnaire.pages[-1].show_if or True, questionnaire.routes.scope)
    worths = {atom.worth(facts_of({"WEK01": answer})) for (answer,) in choices("WEK01", questionnaire).answers}
    assert atom.worth(facts_of({"WEK01": Answer("WEK01", 1, value=number)})) in worths
