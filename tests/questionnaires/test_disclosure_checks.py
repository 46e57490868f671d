"""Checks of what answers together could tell about a person."""

from __future__ import annotations

import pytest

from questionnaires.checks.definitions import Candidate, assemble
from questionnaires.checks.disclosure import MAX_GROUPS, check_disclosure
from questionnaires.problems import Problem
from questionnaires.resolving import Assembly, resolve
from questionnaires.sources import read_sources, shipped_sources

TAG = "disclosure: {quasi_identifier: true}"


def check(library: str, module: str) -> list[Problem]:
    definitions = read_sources({"bibliotheek.yaml": library, "kern.yaml": module})
    assert definitions.problems == []
    assembly = assemble(definitions.modules["nl.proef.kern@3"], definitions)
    assert isinstance(assembly, Assembly)
    found = list(check_disclosure(Candidate(assembly, resolve(assembly, definitions), definitions)))
    assert all(problem.code == "D16" and not problem.warning for problem in found)
    return found


def tagged(library: str, *items: str, tag: str = TAG) -> str:
    """Return the library with these items as quasi-identifiers."""
    for item in items:
        library = library.replace(f"  {item}: {{", f"  {item}: {{{tag}, ")
    return library


WEEKS = '{integer: {min: 0, max: 104, unit: "week"}}'


def test_questions_that_point_at_nobody_may_have_any_number_of_answers(files: dict[str, str]) -> None:
    wide = files["bibliotheek.yaml"].replace("max: 104", "max: 99999")
    assert check(wide, files["kern.yaml"]) == []
    assert check(tagged(wide, "TOE02@1", tag="disclosure: {quasi_identifier: false}"), files["kern.yaml"]) == []


def test_the_question_that_makes_too_many_groups_is_told(files: dict[str, str]) -> None:
    # 2 answers to GES01, 105 to TOE02, and 2³ − 1 choices and "geen" at PRO01: 1680 groups; 5 for KWA01 is too many.
    few = tagged(files["bibliotheek.yaml"], "GES01@1", "TOE02@1", "PRO01@1")
    assert check(few, files["kern.yaml"]) == []
    (problem,) = check(tagged(few, "KWA01@2", "EFF01@1"), files["kern.yaml"])
    assert problem.place == "pages[3].items[0]"
    assert problem.cause == (
        "Samen verdelen deze vragen mensen in 8400 groepen: GES01 (2), TOE02 (105), PRO01 (8), KWA01 (5)."
    )


@pytest.mark.parametrize(
    ("answer", "groups"),
    [
        (f'{{integer: {{min: 1, max: {MAX_GROUPS}, unit: "week"}}}}', MAX_GROUPS),
        (f'{{integer: {{min: 0, max: {MAX_GROUPS}, unit: "week"}}}}', MAX_GROUPS + 1),
        ('{date: {earliest: "2027-01-01", latest: "2027-12-31"}}', 365),
        ('{date: {earliest: "2017-01-01", latest: "2027-12-31"}}', 4017),
    ],
)
def test_the_limit_itself_is_allowed(files: dict[str, str], answer: str, groups: int) -> None:
    library = tagged(files["bibliotheek.yaml"], "TOE02@1").replace(WEEKS, answer)
    module = files["kern.yaml"].partition("calculations:")[0]
    problems = check(library, module)
    assert len(problems) == (groups > MAX_GROUPS)
    assert all(f"TOE02 ({groups})" in problem.cause for problem in problems)


@pytest.mark.parametrize("answer", ["{text: {max_chars: 20}}", "{date: {}}", '{date: {earliest: "2027-01-01"}}'])
def test_an_answer_without_an_end_cannot_be_counted(files: dict[str, str], answer: str) -> None:
    library = tagged(files["bibliotheek.yaml"], "TOE02@1", "GES01@1").replace(WEEKS, answer)
    (problem,) = check(library, files["kern.yaml"].partition("calculations:")[0])
    assert problem.place == "pages[1].items[1]"
    assert "kan van alles zijn" in problem.cause


def test_a_multiple_choice_of_very_many_codes_cannot_be_counted(files: dict[str, str]) -> None:
    many = "".join(f'      - {{code: c{number}, text: "Hulp {number}"}}\n' for number in range(20_000))
    library = files["bibliotheek.yaml"].replace('      - {code: hulpmiddel, text: "Hulpmiddel"}\n', many)
    (problem,) = check(tagged(library, "PRO01@1"), files["kern.yaml"])
    assert "kan van alles zijn" in problem.cause


def test_the_shipped_questionnaires_make_few_enough_groups() -> None:
    definitions = shipped_sources()
    for part in (*definitions.modules.values(), *definitions.extensions.values()):
        assembly = assemble(part, definitions)
        assert isinstance(assembly, Assembly)
        assert list(check_disclosure(Candidate(assembly, resolve(assembly, definitions), definitions))) == []
