from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import random_expressions
from expressing import CALCULATIONS, assembled, resolved, rich
from hypothesis import given
from hypothesis import strategies as st
from small_worlds import all_clients, small_worlds, world

from questionnaires.answers import Answer
from questionnaires.checks.definitions import Candidate
from questionnaires.checks.reachability import check_reachability, count_paths
from questionnaires.exploring import Terrain, count_ways, explore, plan_walk, worth_of_condition
from questionnaires.expressions.facts import Circumstances, Facts
from questionnaires.problems import Problem
from questionnaires.questionnaire import Questionnaire
from questionnaires.resolving import resolve
from questionnaires.routing import route
from questionnaires.sources import read_sources

HEAD = """\
format: "ceo-def/1"
kind: module
id: "nl.proef.kern"
version: 1
title: "Proef"
role: core
uses: {libraries: ["nl.proef.bibliotheek"]}
languages: [nl]
"""
TALK = "  - {id: start, items: [GES01@1]}\n"
HELP = "  - {id: hulp, items: [PRO01@1]}\n"
WEEKS = (
    "  - {id: wachten, show_if: {eq: [{answer: GES01}, {code: ja}]}, when_unknown: hide, items: [TOE01@1, TOE02@1]}\n"
)


Find = Callable[..., list[Problem]]


@pytest.fixture
def problems(files: dict[str, str]) -> Find:
    """What the check finds in a module of these pages."""

    def find(*pages: str, more: str = "") -> list[Problem]:
        module = HEAD + more + "pages:\n" + "".join(pages)
        return checked({"bibliotheek.yaml": files["bibliotheek.yaml"], "kern.yaml": module})

    return find


def checked(files: dict[str, str], name: str | None = None) -> list[Problem]:
    assembly, definitions = assembled(files, name), read_sources(files)
    return list(check_reachability(Candidate(assembly, resolve(assembly, definitions), definitions)))


def page(show_if: str, name: str = "later", item: str = "EFF01@1", when_unknown: str = "hide") -> str:
    return f"  - {{id: {name}, show_if: {show_if}, when_unknown: {when_unknown}, items: [{item}]}}\n"


def told(found: list[Problem]) -> list[tuple[str, str, bool]]:
    return [(one.code, one.place, one.warning) for one in found]


def test_conditions_that_can_be_true_and_false_are_fine(problems: Find) -> None:
    assert problems(TALK, WEEKS, HELP, page("{ge: [{count_selected: {answer: PRO01}}, 1]}")) == []


def test_a_number_that_the_question_does_not_allow_is_told_with_its_limits(problems: Find) -> None:
    (one,) = problems(TALK, WEEKS, page("{gt: [{answer: TOE02}, 200]}"))
    assert told([one]) == [("D05", "pages[2].show_if", False)]
    assert one.cause == (
        "De voorwaarde van de pagina later is nooit waar: geen enkel antwoord maakt dit waar. "
        "De vraag TOE02 gaat van 0 tot en met 104."
    )


def test_of_all_parts_the_impossible_one_is_pointed_at(problems: Find) -> None:
    condition = "{all: [{eq: [{answer: GES01}, {code: ja}]}, {lt: [{answer: TOE02}, 0]}]}"
    assert told(problems(TALK, WEEKS, page(condition))) == [("D05", "pages[2].show_if.all[1]", False)]


def test_parts_that_contradict_each_other_are_told(problems: Find) -> None:
    condition = "{all: [{eq: [{answer: GES01}, {code: ja}]}, {ne: [{answer: GES01}, {code: ja}]}]}"
    (one,) = problems(TALK, page(condition))
    assert told([one]) == [("D05", "pages[1].show_if", False)]
    assert "de delen spreken elkaar tegen" in one.cause


def test_a_contradiction_along_the_path_names_the_page_that_asks(problems: Find) -> None:
    condition = "{all: [{eq: [{answer: GES01}, {code: nee}]}, {gt: [{answer: TOE02}, 6]}]}"
    (one,) = problems(TALK, WEEKS, page(condition))
    assert told([one]) == [("D05", "pages[2].show_if", False)]
    assert "zij spreekt die van de pagina wachten (met TOE01, TOE02) tegen" in one.cause


def test_of_pages_that_exclude_each_other_one_is_named(problems: Find) -> None:
    other = page("{ne: [{answer: GES01}, {code: ja}]}", "anders", "KWA01@2")
    (one,) = problems(TALK, WEEKS, other, page("{all: [{answered: {answer: KWA01}}, {answered: {answer: TOE02}}]}"))
    assert told([one]) == [("D05", "pages[3].show_if", False)]
    assert "zij spreekt die van de pagina wachten (met TOE01, TOE02) tegen" in one.cause


def test_a_contradiction_with_several_pages_names_them_all(problems: Find) -> None:
    other = page("{eq: [{answer: GES01}, {code: ja}]}", "ook", "KWA01@2")
    parts = "{eq: [{answer: GES01}, {code: nee}]}, {answered: {answer: KWA01}}, {answered: {answer: TOE02}}"
    (one,) = problems(TALK, WEEKS, other, page(f"{{all: [{parts}]}}"))
    assert told([one]) == [("D05", "pages[3].show_if", False)]
    assert "de voorwaarden van de pagina’s wachten (met TOE01, TOE02) en ook (met KWA01) tegen" in one.cause


def test_a_page_that_comes_through_when_unknown_alone_is_dead(problems: Find) -> None:
    found = problems(TALK, WEEKS, page("{gt: [{answer: TOE02}, 200]}", when_unknown="show"))
    assert told(found) == [("D05", "pages[2].show_if", False)]


def test_a_condition_that_is_never_false_is_told(problems: Find) -> None:
    (one,) = problems(TALK, page("{in: [{answer: GES01}, [{code: ja}, {code: nee}]]}"))
    assert told([one]) == [("D06", "pages[1].show_if", False)]
    assert "geen enkel antwoord maakt dit onwaar" in one.cause


def test_of_any_parts_the_one_that_always_holds_is_pointed_at(problems: Find) -> None:
    condition = "{any: [{eq: [{answer: GES01}, {code: ja}]}, {ge: [{answer: TOE02}, 0]}]}"
    weeks = "  - {id: wachten, items: [TOE02@1]}\n"
    assert told(problems(TALK, weeks, page(condition))) == [("D06", "pages[2].show_if.any[1]", False)]


def test_parts_that_leave_no_answer_over_are_told(problems: Find) -> None:
    condition = "{any: [{eq: [{answer: GES01}, {code: ja}]}, {eq: [{answer: GES01}, {code: nee}]}]}"
    (one,) = problems(TALK, page(condition))
    assert told([one]) == [("D06", "pages[1].show_if", False)]
    assert "samen laten de delen geen enkel antwoord over" in one.cause


def test_a_condition_that_everyone_meets_who_comes_so_far_is_told(problems: Find) -> None:
    condition = "{any: [{not: {answered: {answer: TOE02}}}, {eq: [{answer: GES01}, {code: ja}]}]}"
    (one,) = problems(TALK, WEEKS, page(condition))
    assert told([one]) == [("D06", "pages[2].show_if", False)]
    assert "wie de pagina wachten (met TOE01, TOE02) krijgt, voldoet er altijd aan" in one.cause


def test_a_literal_is_no_condition(problems: Find) -> None:
    assert told(problems(TALK, page("true"))) == [("D06", "pages[1].show_if", False)]


def test_a_dead_page_is_told_once_and_not_again_for_what_hangs_on_it(problems: Find) -> None:
    dead = page("{gt: [{answer: TOE02}, 200]}", "dood", "KWA01@2")
    after = page("{eq: [{answer: KWA01}, {code: eens}]}")
    assert told(problems(TALK, WEEKS, dead, after)) == [("D05", "pages[2].show_if", False)]


def test_equal_conditions_are_each_told(problems: Find) -> None:
    condition = "{gt: [{answer: TOE02}, 200]}"
    found = problems(TALK, WEEKS, page(condition, "een", "KWA01@2"), page(condition))
    assert told(found) == [("D05", "pages[2].show_if", False), ("D05", "pages[3].show_if", False)]


DATES = """\
sample: {geboren: {type: {integer: {min: 0, max: 999999, unit: "jaar"}}}, nu: {type: {integer: {min: 0, max: 999999, unit: "jaar"}}}}
"""


def test_what_cannot_be_looked_through_is_a_warning_and_never_fine(problems: Find) -> None:
    born, now = "{sample: geboren}", "{sample: nu}"
    (one,) = problems(TALK, page(f"{{lt: [{{sub: [{now}, {born}]}}, -1000000]}}"), more=DATES)
    assert told([one]) == [("D05", "pages[1].show_if", True)]
    assert "op sample:geboren en sample:nu zijn te veel antwoorden mogelijk" in one.cause
    assert "accepted" in one.cure


def test_one_example_either_way_is_proof_enough(problems: Find) -> None:
    assert problems(TALK, page("{lt: [{sub: [{sample: nu}, {sample: geboren}]}, 18]}"), more=DATES) == []


def test_too_many_states_are_a_warning(files: dict[str, str]) -> None:
    numbers = "".join(
        f'  WEK{number}@1: {{concept: "toegang.vinden", title: "Weken", type: {{integer: {{min: 0, max: 104, unit: "week"}}}},\n'
        f'    reference_period: "now", text: {{stem: "Hoeveel?"}}}}\n'
        for number in ("01", "02", "03")
    )
    large = {"bibliotheek.yaml": files["bibliotheek.yaml"].replace("composites:\n", f"{numbers}composites:\n")}
    first = "  - {id: start, items: [WEK01@1, WEK02@1, WEK03@1]}\n"
    many = "{lt: [{add: [{answer: WEK01}, {answer: WEK02}, {answer: WEK03}]}, -1]}"
    large["kern.yaml"] = HEAD + "pages:\n" + first + page(many)
    (one,) = checked(large)
    assert told([one]) == [("D05", "pages[1].show_if", True)]
    assert "meer dan 200.000 combinaties" in one.cause


MODES = "modes: [web, paper]\nregisters: [standard, easy]\n"
ON_WEB = "{eq: [{response: mode}, {code: web}]}"


def test_a_core_page_comes_in_every_mode_and_register(problems: Find) -> None:
    (one,) = problems(TALK, page(ON_WEB), more=MODES)
    assert told([one]) == [("D10", "pages[1].show_if", False)]
    assert one.cause == "De pagina later komt nooit bij wie op papier en in gewone taal antwoordt."


def test_a_register_goes_unnamed_where_there_is_one(problems: Find) -> None:
    (one,) = problems(TALK, page(ON_WEB), more="modes: [web, paper]\n")
    assert one.cause == "De pagina later komt nooit bij wie op papier antwoordt."


def test_a_core_page_behind_a_page_of_one_mode_is_told_too(problems: Find) -> None:
    found = problems(TALK, page(ON_WEB, "web", "KWA01@2"), page("{answered: {answer: KWA01}}"), more=MODES)
    assert told(found) == [("D10", "pages[1].show_if", False), ("D10", "pages[2].show_if", False)]


def test_a_condition_may_read_the_mode_while_everyone_can_get_the_page(problems: Find) -> None:
    assert problems(TALK, page(f"{{any: [{ON_WEB}, {{eq: [{{answer: GES01}}, {{code: ja}}]}}]}}"), more=MODES) == []


def test_whether_everyone_can_get_a_page_may_be_too_much_to_know(problems: Find) -> None:
    never = "{lt: [{sub: [{sample: nu}, {sample: geboren}]}, -1000000]}"
    (one,) = problems(TALK, page(f"{{any: [{ON_WEB}, {never}]}}"), more=MODES + DATES)
    assert told([one]) == [("D10", "pages[1].show_if", True)]


def test_an_added_page_may_be_for_one_mode(files: dict[str, str]) -> None:
    extension = (
        'format: "ceo-def/1"\nkind: extension\nid: "gm0344.proef"\nowner: "gm0344"\nversion: 1\ntitle: "Eigen"\n'
        'extends: "nl.proef.kern@1"\nitems:\n  gm0344.WIJ01@1: {concept: local, title: "Wijk", type: {scale: "ja_nee@1"},\n'
        '    reference_period: "now", text: {stem: "Woont u in Noord?"}}\n'
        f"slots: {{lokaal: [{{id: wijk, show_if: {ON_WEB}, items: [gm0344.WIJ01@1]}}]}}\n"
    )
    core = HEAD + MODES + f"pages:\n{TALK}  - slot: lokaal\nslots: {{lokaal: {{max_minutes: 2}}}}\n"
    added = {"bibliotheek.yaml": files["bibliotheek.yaml"], "kern.yaml": core, "eigen.yaml": extension}
    assert checked(added, "gm0344.proef") == []


def test_paths_are_counted_as_far_as_conditions_tell_them_apart(worked: Questionnaire) -> None:
    # Talk: yes, no, unknown. Help: some, none, unknown. Nothing reads the weeks.
    assert count_paths(worked) == 9


def test_the_example_of_the_format_has_fifteen_paths() -> None:
    talked, weeks, kinds = {"eq": [{"answer": "GES01"}, {"code": "ja"}]}, {"answer": "WEK01"}, {"answer": "HUL01"}
    example = world(
        {"items": ["GES01"]},
        {"items": ["WEK01"], "show_if": talked, "when_unknown": "hide"},
        {"items": ["HUL01"]},
        {
            "items": ["KWA01"],
            "show_if": {"all": [talked, {"not": {"includes": [kinds, {"code": "geen"}]}}]},
            "when_unknown": "show",
        },
        {"items": ["EIN01"], "show_if": {"ge": [{"count_selected": kinds}, 1]}, "when_unknown": "show"},
        {"items": ["VER01"], "show_if": {"all": [talked, {"calc": "lang"}]}, "when_unknown": "hide"},
        calculations={"lang": {"type": "bool", "expr": {"gt": [weeks, 2]}}},
    )
    # With a talk the weeks are few, many or unknown; the help is some, none or unknown; without a talk no weeks are asked.
    assert count_paths(example) == 3 * 3 + 2 * 3


def test_groups_that_have_nothing_to_do_with_each_other_multiply() -> None:
    talked, weeks = {"eq": [{"answer": "GES01"}, {"code": "ja"}]}, {"gt": [{"answer": "WEK01"}, 1]}
    later = [{"items": [item], "show_if": show_if} for item, show_if in (("VER01", talked), ("EIN01", weeks))]
    assert count_paths(world({"items": ["GES01", "WEK01"]}, *later)) == 3 * 3


def test_without_conditions_there_is_one_path() -> None:
    assert count_paths(world({"items": ["GES01"]})) == 1


def test_paths_are_not_counted_beyond_a_number_of_states(worked: Questionnaire) -> None:
    terrain = Terrain(worked)
    walk = plan_walk([terrain], [(0, number) for number in terrain.upstream(3)], {})
    assert (count_ways(walk), count_ways(walk, most=10)) == (9, None)


def test_paths_are_not_counted_where_answers_are_too_many() -> None:
    late = {"ge": [{"months_between": [{"answer": "DAG01"}, {"response": "started_on"}]}, 3]}
    assert count_paths(world({"items": ["DAG01"]}, {"items": ["EIN01"], "show_if": late})) is None


def worths(questionnaire: Questionnaire) -> dict[str, set[object]]:
    """What the condition of each page can be worth, decided with the answers that stand for all."""
    terrain = Terrain(questionnaire)
    found: dict[str, set[object]] = {}
    for number, compiled in enumerate(terrain.pages):
        if compiled.condition is not None:
            stops = [(0, upstream) for upstream in terrain.upstream(number)]
            explored = explore(plan_walk([terrain], stops, {(0, number): worth_of_condition}))
            assert explored.everything
            found[compiled.page.id] = {worth for (worth,) in explored.outcomes}
    return found


def met(questionnaire: Questionnaire) -> dict[str, set[object]]:
    """What the condition of each page is worth for all clients that there can be, each on the real route."""
    conditions = {one.page.id: one.condition for one in questionnaire.routes.pages if one.condition is not None}
    found: dict[str, set[object]] = {page: set() for page in conditions}
    for answers, circumstances in all_clients(questionnaire):
        facts = Facts(route(questionnaire, answers, circumstances).environment, circumstances)
        for name, condition in conditions.items():
            found[name].add(condition(facts))
    return found


@given(small_worlds())
def test_a_few_answers_find_just_what_all_clients_together_meet(questionnaire: Questionnaire) -> None:
    assert worths(questionnaire) == met(questionnaire)


EARLIER = [item for item in random_expressions.ITEMS if item != "LAA01"]
NAMED = {name: str(one["type"]) for name, one in CALCULATIONS.items() if name != "laat"}
CLIENTS = st.tuples(random_expressions.random_answers(EARLIER), random_expressions.CIRCUMSTANCES)


@given(random_expressions.truths(EARLIER, NAMED), st.lists(CLIENTS, min_size=1, max_size=20))
def test_no_client_meets_what_was_not_found(
    condition: object, clients: list[tuple[dict[str, Answer], Circumstances]]
) -> None:
    questionnaire = resolved(rich(condition))
    terrain = Terrain(questionnaire)
    last = len(terrain.pages) - 1
    explored = explore(plan_walk([terrain], [(0, last)], {(0, last): worth_of_condition}), most=20_000)
    for answers, circumstances in clients:
        environment = route(questionnaire, answers, replace(circumstances, language="nl")).environment
        worth = worth_of_condition(terrain.pages[last])(Facts(environment, replace(circumstances, language="nl")))
        assert (worth,) in explored.outcomes or not explored.everything
