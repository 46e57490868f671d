from __future__ import annotations

import random
from datetime import date

import pytest
from expressing import resolved, rich
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.answering import read_page, seal, skip_page
from questionnaires.answers import Answer, Missing
from questionnaires.expressions.facts import Circumstances
from questionnaires.questionnaire import Page, Questionnaire
from questionnaires.routing import Path, Progress, Reason, calculate, route
from questionnaires.simulation import simulate_answers


def shown(path: Path) -> list[str]:
    return [step.page.id for step in path.steps]


def answer(questionnaire: Questionnaire, **values: object) -> dict[str, Answer]:
    """Answer items by code, number or codes; None is a skipped question."""
    found = {}
    for item, value in values.items():
        version = questionnaire.item(item).version
        missing = Missing.SKIPPED if value is None else value if isinstance(value, Missing) else None
        found[item] = Answer(item, version, None if missing else value, missing)  # type: ignore[arg-type]  # values of tests
    return found


def test_the_worked_example_walks_as_written(worked: Questionnaire) -> None:
    """Section 9 of the format, without its slot."""
    answers = answer(worked, GES01="ja")
    path = route(worked, answers)
    assert (path.next_page, path.steps[1].reason) == (worked.page("wachten"), Reason.CONDITION)

    answers |= answer(worked, TOE01=None, TOE02=9)
    path = route(worked, answers)
    assert path.next_page == worked.page("hulp")

    answers |= answer(worked, PRO01=None)
    path = route(worked, answers)
    assert (path.next_page, path.steps[3].reason) == (worked.page("contact"), Reason.UNKNOWN)

    answers |= answer(worked, KWA01="eens")
    path = route(worked, answers)
    assert (path.next_page, path.steps[4].reason) == (worked.page("effect"), Reason.UNKNOWN)

    answers |= answer(worked, EFF01="tussenin", VER01="Goed.")
    path = route(worked, answers)
    assert (path.next_page, path.complete) == (None, True)
    assert calculate(worked, path) == {"lang_gewacht": True, "score_ervaring": 62.5}

    answers |= answer(worked, GES01="nee")
    path = route(worked, answers)
    # One part with a score is fewer than two: the score is missing, not low.
    assert calculate(worked, path) == {"lang_gewacht": None, "score_ervaring": None}
    assert shown(path) == ["start", "hulp", "effect", "verhaal"]
    assert path.off_path == ("TOE01", "TOE02", "KWA01")
    assert set(path.environment) == {"GES01", "PRO01", "EFF01", "VER01"}


def test_without_answers_the_first_page_is_next(worked: Questionnaire) -> None:
    path = route(worked, {})
    assert (path.next_page, path.complete, path.environment, path.off_path) == (worked.page("start"), False, {}, ())


def test_a_page_is_complete_when_each_of_its_items_is_answered(worked: Questionnaire) -> None:
    path = route(worked, answer(worked, GES01="ja", TOE01="eens"))
    assert [(step.page.id, step.complete) for step in path.steps[:2]] == [("start", True), ("wachten", False)]
    assert path.next_page == worked.page("wachten")
    assert "TOE01" in path.environment


def test_back_and_forth_follow_the_path(worked: Questionnaire) -> None:
    path = route(worked, answer(worked, GES01="nee"))
    assert path.previous("hulp") == worked.page("start")
    assert path.following("start") == worked.page("hulp")
    assert path.previous("start") is None
    assert path.following("verhaal") is None


def test_a_page_off_the_path_has_no_neighbours(worked: Questionnaire) -> None:
    path = route(worked, answer(worked, GES01="nee"))
    assert not path.shows("wachten")
    assert (path.previous("wachten"), path.following("wachten")) == (None, None)
    assert path.shows("hulp")


def test_the_total_counts_pages_that_may_still_come(worked: Questionnaire) -> None:
    path = route(worked, {})
    assert path.possible == (worked.page("wachten"),)
    assert path.progress("start") == Progress(1, 6)
    assert route(worked, answer(worked, GES01="ja")).progress("wachten") == Progress(2, 6)
    assert route(worked, answer(worked, GES01="nee")).progress("hulp") == Progress(2, 4)


def test_a_page_that_waits_for_nothing_open_is_not_counted(worked: Questionnaire) -> None:
    path = route(worked, answer(worked, GES01=None))
    assert path.possible == ()
    assert shown(path) == ["start", "hulp", "contact", "effect", "verhaal"]


def changed(files: dict[str, str], old: str, new: str) -> Questionnaire:
    """The worked example after one change in its module."""
    assert old in files["kern.yaml"], "the change must change something"
    return resolved({**files, "kern.yaml": files["kern.yaml"].replace(old, new)})


def test_a_page_is_only_possible_when_an_open_answer_can_bring_it(files: dict[str, str]) -> None:
    page = "  - id: verhaal\n    show_if: {eq: [{answer: GES01}, {code: ja}]}\n    when_unknown: hide\n"
    questionnaire = changed(files, "  - id: verhaal\n", page)
    path = route(questionnaire, answer(questionnaire, GES01=None))
    assert path.next_page == questionnaire.page("hulp")
    assert path.possible == ()


def test_pages_behind_a_possible_page_are_possible_too(files: dict[str, str]) -> None:
    page = "  - id: hulp\n    show_if: {answered: {answer: TOE02}}\n    when_unknown: hide\n"
    questionnaire = changed(files, "  - id: hulp\n", page)
    path = route(questionnaire, {})
    assert [page.id for page in path.possible] == ["wachten", "hulp"]
    assert path.progress("start").total == 6


def test_a_page_that_comes_when_another_goes_is_possible(files: dict[str, str]) -> None:
    """While GES01 is open, the page on waiting is shown by its rule and answered; it may still go."""
    gone = "    show_if: {reason_is: [{answer: TOE02}, not_asked]}\n    when_unknown: hide\n"
    module = files["kern.yaml"].replace(
        "    when_unknown: hide\n    items: [TOE01@1, TOE02@1]", "    when_unknown: show\n    items: [TOE02@1]"
    )
    questionnaire = changed({**files, "kern.yaml": module}, "  - id: hulp\n", f"  - id: hulp\n{gone}")
    path = route(questionnaire, answer(questionnaire, TOE02=3))
    assert shown(path) == ["start", "wachten", "contact", "effect", "verhaal"]
    assert [page.id for page in path.possible] == ["hulp"]


@pytest.mark.parametrize(
    ("condition", "circumstances"),
    [
        ("{eq: [{response: language}, {code: tr}]}", Circumstances(language="tr")),
        ("{eq: [{response: mode}, {code: paper}]}", Circumstances(mode="paper")),
        ("{eq: [{response: register}, {code: easy}]}", Circumstances(register="easy")),
        ('{ge: [{response: started_on}, {date: "2027-01-01"}]}', Circumstances(started_on=date(2027, 1, 1))),
        ("{ge: [{sample: leeftijd}, 65]}", Circumstances(sample={"leeftijd": 70})),
        ("{in: [{sample: brief}, [{code: ja}]]}", Circumstances(sample={"brief": "ja"})),
    ],
)
def test_the_circumstances_of_the_client_lead_the_way(condition: str, circumstances: Circumstances) -> None:
    files = rich()
    last = files["kern.yaml"].replace("show_if: true, when_unknown: show", f"show_if: {condition}, when_unknown: hide")
    questionnaire = resolved({**files, "kern.yaml": last})
    assert route(questionnaire, {}, circumstances).shows("laatste")
    assert not route(questionnaire, {}).shows("laatste")


def test_a_calculation_leads_the_way(files: dict[str, str]) -> None:
    questionnaire = changed(
        files, "  - id: verhaal\n", "  - id: verhaal\n    show_if: {calc: lang_gewacht}\n    when_unknown: hide\n"
    )
    for weeks, shows in ((6, False), (7, True), (None, False)):
        path = route(questionnaire, answer(questionnaire, GES01="ja", TOE02=weeks))
        assert path.shows("verhaal") is shows
    off_path = route(questionnaire, answer(questionnaire, GES01="nee", TOE02=7))
    assert not off_path.shows("verhaal")


def test_not_asked_counts_as_no_answer(worked: Questionnaire) -> None:
    path = route(worked, answer(worked, GES01=Missing.NOT_ASKED, TOE01=Missing.NOT_ASKED))
    assert path.next_page == worked.page("start")
    assert path.off_path == ()


def simulated(questionnaire: Questionnaire, seed: int) -> dict[str, Answer]:
    return simulate_answers(questionnaire, random.Random(seed))


SEEDS = st.integers(0, 10**6)


@given(seed=SEEDS, dropped=st.sets(st.integers(0, 15)))
def test_every_walk_ends(worked: Questionnaire, wmo: Questionnaire, seed: int, dropped: set[int]) -> None:
    """Whatever is answered already, answering the next page again and again completes the path."""
    for questionnaire in (worked, wmo):
        full = simulated(questionnaire, seed)
        answers = {item: found for number, (item, found) in enumerate(full.items()) if number not in dropped}
        for _ in questionnaire.pages:
            path = route(questionnaire, answers)
            if path.next_page is None:
                break
            answers |= {item: full[item] for item in path.next_page.items if item in full} or skip_page(
                questionnaire, path.next_page
            )
        assert route(questionnaire, answers).complete


@given(seed=SEEDS, other=SEEDS)
def test_answers_off_the_path_never_influence_anything(
    worked: Questionnaire, wmo: Questionnaire, seed: int, other: int
) -> None:
    """Any answers to items off the path leave pages, environment and sealed answers as they are."""
    for questionnaire in (worked, wmo):
        clean = simulated(questionnaire, seed)
        stray = {item: found for item, found in simulated(questionnaire, other).items() if item not in clean}
        path, disturbed = route(questionnaire, clean), route(questionnaire, {**stray, **clean})
        assert disturbed.steps == path.steps
        assert disturbed.environment == path.environment
        assert set(disturbed.off_path) == set(stray)
        assert seal(questionnaire, {**stray, **clean}).answers == seal(questionnaire, clean).answers


@given(seed=SEEDS, count=st.integers(0, 16))
def test_the_total_never_promises_less_than_what_follows(
    worked: Questionnaire, wmo: Questionnaire, seed: int, count: int
) -> None:
    for questionnaire in (worked, wmo):
        full = simulated(questionnaire, seed)
        begun = route(questionnaire, dict(list(full.items())[:count]))
        total = begun.progress(questionnaire.pages[0].id).total
        assert total >= len(route(questionnaire, full).steps)


@given(seed=SEEDS)
def test_a_page_is_on_the_path_or_hidden_by_its_condition(worked: Questionnaire, seed: int) -> None:
    path = route(worked, simulated(worked, seed))
    assert all(page.show_if is not None for page in worked.pages if not path.shows(page.id))


def test_routing_reads_forms_as_a_client_would_fill_them_in(worked: Questionnaire) -> None:
    forms: dict[str, dict[str, list[str]]] = {
        "start": {"GES01": ["ja"]},
        "wachten": {"TOE01": ["eens"], "TOE02": ["3"]},
        "hulp": {"PRO01": ["geen"]},
        "verhaal": {"VER01": ["Het ging goed."]},
    }
    answers: dict[str, Answer] = {}
    walked: list[Page] = []
    while (page := route(worked, answers).next_page) is not None:
        walked.append(page)
        answers |= read_page(worked, page, forms[page.id]).answers
    assert [page.id for page in walked] == ["start", "wachten", "hulp", "verhaal"]
