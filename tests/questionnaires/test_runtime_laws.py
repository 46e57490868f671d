"""Laws of routing and answering, over questionnaires that hypothesis makes: random pages, conditions and calculations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import pairwise

import pytest
from expressing import LIBRARY, assembled, resolved, rich, written
from hypothesis import given, settings
from hypothesis import strategies as st
from random_expressions import CIRCUMSTANCES, DAYS, ITEMS, of_type, random_answers, truths

from questionnaires.answering import Form, find_doubts, form_values, read_page, seal, skip_page
from questionnaires.answers import Answer, Answers, Missing
from questionnaires.checks.calculations import check_calculations
from questionnaires.checks.pages import check_pages
from questionnaires.compiling import compile_routes
from questionnaires.expressions.facts import Circumstances, Facts
from questionnaires.expressions.nodes import Expression
from questionnaires.modules import Calculation, Module, PageEntry
from questionnaires.questionnaire import Questionnaire
from questionnaires.resolving import Assembly, resolve
from questionnaires.routing import Path, calculate, route
from questionnaires.sources import Definitions, Source

# A case of these laws is a whole questionnaire: a third of the usual number is enough for every day.
law = settings(max_examples=settings().max_examples // 2)

# Orders of the items, so that each stands before and behind each other in one of them.
ORDERS = (ITEMS, ITEMS[::-1], (*ITEMS[1::2], *ITEMS[::2]), (*ITEMS[7:], *ITEMS[:7]))
KINDS = ("bool", "decimal", "date")


@cache
def conditions(earlier: tuple[str, ...], calculated: int) -> st.SearchStrategy[Expression]:
    return truths(earlier, named_kinds(calculated)).map(written)


@cache
def calculations_of(kind: str, earlier: tuple[str, ...], calculated: int) -> st.SearchStrategy[Expression]:
    return of_type(kind, earlier, named_kinds(calculated)).map(written)


def named_kinds(count: int) -> dict[str, str]:
    """The calculations so far: their names and types."""
    return {f"reken{number}": KINDS[number % 3] for number in range(count)}


@st.composite
def modules(draw: st.DrawFn) -> Module:
    """A module of two to six pages; conditions read earlier items, calculations too, and each other."""
    order = draw(st.sampled_from(ORDERS))[: draw(st.integers(2, len(ITEMS)))]
    cuts = sorted(draw(st.sets(st.integers(1, len(order) - 1), min_size=1, max_size=5)))
    pages: list[PageEntry] = []
    calculations: dict[str, Calculation] = {}
    for start, end in pairwise([0, *cuts, len(order)]):
        shown = draw(conditions(order[:start], len(calculations))) if draw(st.integers(0, 3)) else None
        rule = draw(st.sampled_from(["show", "hide"])) if shown is not None else None
        items = tuple(f"{item}@1" for item in order[start:end])
        pages.append(PageEntry(id=f"pagina{start}", items=items, show_if=shown, when_unknown=rule))
        if draw(st.booleans()):
            name, kind = f"reken{len(calculations)}", KINDS[len(calculations) % 3]
            expr = draw(calculations_of(kind, order[:end], len(calculations)))
            calculations[name] = Calculation(id=name, type=kind, expr=expr)
    return BASE.core.content.model_copy(update={"pages": tuple(pages), "calculations": calculations})


BASE = assembled(rich())


def assembly_of(module: Module) -> Assembly:
    return replace(BASE, core=Source(module, BASE.core.document))


@dataclass(frozen=True)
class Case:
    """A questionnaire, and what someone answered."""

    questionnaire: Questionnaire
    answers: dict[str, Answer]
    circumstances: Circumstances

    def route(self, answers: Answers | None = None) -> Path:
        return route(self.questionnaire, self.answers if answers is None else answers, self.circumstances)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    questionnaire = resolve(assembly_of(draw(modules())), Definitions())
    items = [item.id for item in questionnaire.items]
    return Case(questionnaire, draw(random_answers(items)), draw(CIRCUMSTANCES))


def counted(answers: Answers) -> set[str]:
    return {item for item, answer in answers.items() if answer.missing is not Missing.NOT_ASKED}


@law
@given(modules())
def test_what_hypothesis_makes_passes_the_checks(module: Module) -> None:
    """But for size: an expression of a few lines with calculations in it can become too large."""
    assembly = assembly_of(module)
    problems = [*check_pages(assembly), *check_calculations(assembly)]
    assert [problem for problem in problems if "hoogstens" not in problem.cause] == []


@law
@given(cases())
def test_the_same_answers_always_give_the_same_path(case: Case) -> None:
    once, again = case.route(), case.route()
    assert once == again
    facts = Facts(once.environment, case.circumstances)
    for first, second in zip(case.questionnaire.routes.pages, compile_routes(case.questionnaire).pages, strict=True):
        if first.condition is not None and second.condition is not None:
            assert first.condition(facts) is second.condition(Facts(once.environment, case.circumstances))


@law
@given(cases(), st.data())
def test_an_answer_off_the_path_never_changes_anything(case: Case, data: st.DataObject) -> None:
    """Neither the path, nor what is read on its pages, nor a calculation."""
    path = case.route()
    asked = {item for step in path.steps for item in step.page.items}
    off = [item.id for item in case.questionnaire.items if item.id not in asked]
    stray = data.draw(random_answers(off))
    clean = {item: answer for item, answer in case.answers.items() if item in asked}
    disturbed = {**clean, **stray}
    other = case.route(disturbed)
    assert (other.steps, other.environment, other.possible) == (path.steps, path.environment, path.possible)
    assert calculations(case, other) == calculations(case, path)
    assert stems(case, other) == stems(case, path)


@law
@given(cases(), st.data())
def test_an_answer_to_what_is_not_asked_never_changes_what_is_handed_in(case: Case, data: st.DataObject) -> None:
    sealed = seal(case.questionnaire, case.answers, case.circumstances).answers
    off = [item for item, answer in sealed.items() if answer.missing is Missing.NOT_ASKED]
    disturbed = {**case.answers, **data.draw(random_answers(off))}
    assert seal(case.questionnaire, disturbed, case.circumstances).answers == sealed


def calculations(case: Case, path: Path) -> Mapping[str, object]:
    return calculate(case.questionnaire, path, case.circumstances)


def stems(case: Case, path: Path) -> list[str]:
    wording = case.questionnaire.wording()
    return [
        wording.stem(case.questionnaire.item(item), path.environment) for step in path.steps for item in step.page.items
    ]


@law
@given(cases(), st.data())
def test_going_back_and_forth_never_loses_an_answer(case: Case, data: st.DataObject) -> None:
    """Another answer to a page, then the first again: the path is what it was, with every answer on it."""
    before = case.route()
    changed = {**case.answers, **data.draw(random_answers(list(case.answers)))}
    between = case.route(changed)
    assert set(between.environment) | set(between.off_path) == counted(changed)
    assert case.route({**changed, **case.answers}) == before


@law
@given(cases())
def test_every_answer_is_on_the_path_or_told_to_be_off_it(case: Case) -> None:
    path = case.route()
    asked = {item for step in path.steps for item in step.page.items}
    assert set(path.environment) == counted(case.answers) & asked
    assert set(path.off_path) == counted(case.answers) - asked


@law
@given(cases(), st.data())
def test_after_a_change_every_page_is_reachable_or_told_to_be_off_the_path(case: Case, data: st.DataObject) -> None:
    before = case.route()
    changed = {**case.answers, **data.draw(random_answers([item.id for item in case.questionnaire.items]))}
    path = case.route(changed)
    reached, page = [], path.steps[0].page if path.steps else None
    while page is not None:
        reached.append(page)
        page = path.following(page.id)
    assert reached == [step.page for step in path.steps]
    for step in before.steps:
        answered = counted(changed) & set(step.page.items)
        assert step.page in reached or answered <= set(path.off_path)
    assert path.next_page is None or path.next_page in reached


@law
@given(cases())
def test_pages_stand_on_the_path_in_their_order(case: Case) -> None:
    places = [case.questionnaire.pages.index(step.page) for step in case.route().steps]
    assert places == sorted(set(places))


@law
@given(cases())
def test_what_is_handed_in_holds_answers_on_the_path_only(case: Case) -> None:
    sealed = seal(case.questionnaire, case.answers, case.circumstances)
    path = case.route(sealed.answers)
    assert path.complete
    assert set(sealed.answers) == {item.id for item in case.questionnaire.items}
    for page in case.questionnaire.pages:
        for item in page.items:
            open_or_off = Answer(item, 1, missing=Missing.SKIPPED if path.shows(page.id) else Missing.NOT_ASKED)
            kept = path.shows(page.id) and item in case.answers
            assert sealed.answers[item] in (as_kept(case.answers[item]) if kept else [open_or_off])
    lost = {item for item, answer in case.answers.items() if answer.value is not None} - set(path.environment)
    assert sealed.dropped == len(lost)


def as_kept(answer: Answer) -> list[Answer]:
    """Return how an answer may be handed in: a day at which nothing looks as the first of its month."""
    day = answer.value
    return [answer, replace(answer, value=day.replace(day=1))] if isinstance(day, date) else [answer]


@law
@given(cases())
def test_what_is_handed_in_can_be_handed_in_again(case: Case) -> None:
    sealed = seal(case.questionnaire, case.answers, case.circumstances)
    again = seal(case.questionnaire, sealed.answers, case.circumstances)
    assert (again.answers, again.dropped) == (sealed.answers, 0)


@law
@given(cases(), st.data())
def test_every_walk_ends_and_the_total_never_promised_less(case: Case, data: st.DataObject) -> None:
    """Whatever is answered to what is open; another answer to what was answered may bring more."""
    answers = dict(case.answers)
    totals = []
    for _ in case.questionnaire.pages:
        path = case.route(answers)
        if path.steps:
            totals.append(path.progress(path.steps[0].page.id).total)
        if path.next_page is None:
            break
        opened = skip_page(case.questionnaire, path.next_page) | data.draw(random_answers(path.next_page.items))
        answers = {**opened, **answers}
    path = case.route(answers)
    assert path.complete
    assert all(total >= len(path.steps) for total in totals)


@law
@given(cases())
def test_an_answer_that_is_shown_again_is_posted_as_itself(case: Case) -> None:
    path = case.route()
    for step in path.steps:
        form = {field: values for item in step.page.items for field, values in fields(case, path, item).items()}
        reading = read_page(case.questionnaire, step.page, form)
        for item in step.page.items:
            found = path.environment.get(item)
            if found is not None and found.value is not None:
                assert reading.answers[item] == found


def fields(case: Case, path: Path, item: str) -> Form:
    """Return the form fields of an item as its answer fills them."""
    answer = path.environment.get(item)
    if item not in DAYS:
        return {item: form_values(answer, case.questionnaire.scale_of(case.questionnaire.item(item)))}
    day = answer.value if answer is not None else None
    parts = (day.day, day.month, day.year) if isinstance(day, date) else ("", "", "")
    return {f"{item}-{part}": (str(value),) for part, value in zip(("dag", "maand", "jaar"), parts, strict=True)}


@pytest.mark.parametrize("limit", [0, 5])
def test_only_a_soft_check_that_is_true_asks(limit: int) -> None:
    check = f'soft_checks: [{{id: veel, when: {{gt: [{{answer: WEK02}}, {limit}]}}, ask: "Klopt dat?"}}], title: "Uren"'
    questionnaire = resolved({**rich(), "alles.yaml": LIBRARY.replace('title: "Uren"', check)})

    @given(random_answers(["WEK02", "WEK01"]), CIRCUMSTANCES)
    def asks(answers: dict[str, Answer], circumstances: Circumstances) -> None:
        doubts = find_doubts(questionnaire, route(questionnaire, {}), answers, circumstances)
        value = answers["WEK02"].value if "WEK02" in answers else None
        assert bool(doubts) is (isinstance(value, int) and value > limit)

    asks()
