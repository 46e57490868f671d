from __future__ import annotations

import pytest
from expressing import assembled, faults, resolved, rich

from questionnaires.checks.calculations import check_calculations, find_loops
from questionnaires.expressions.leaves import CalculationOf
from questionnaires.expressions.nodes import AllOf, Expression
from questionnaires.modules import Calculation
from questionnaires.routing import route

NUMBER = {"answer": "WEK01"}


def of(kind: str, expression: object) -> dict[str, object]:
    return {"type": kind, "expr": expression}


def test_calculations_that_fit_have_no_problems() -> None:
    assert faults(check_calculations, rich()) == []


@pytest.mark.parametrize(
    ("kind", "expression", "code", "place"),
    [
        ("bool", NUMBER, "D02", "expr"),
        ("int", {"calc": "punten"}, "D02", "expr"),
        ("date", NUMBER, "D02", "expr"),
        ("decimal", {"answer": "DAG01"}, "D02", "expr"),
        ("int", {"add": [NUMBER, {"answer": "GES01"}]}, "D02", "expr.add[1]"),
        ("int", {"add": [NUMBER, {"answer": "WEK09"}]}, "D01", "expr.add[1].answer"),
        ("int", {"add": [NUMBER, {"calc": "weg"}]}, "D01", "expr.add[1].calc"),
        ("bool", {"answered": {"answer": "gm0344.WIJ01"}}, "D08", "expr.answered.answer"),
        ("decimal", {"mean": {"of": ["GES01"], "as": "score", "min_valid": 1}}, "D14", "expr.mean.of[0]"),
    ],
)
def test_a_calculation_that_does_not_fit_is_found(kind: str, expression: object, code: str, place: str) -> None:
    assert faults(check_calculations, rich(fout=of(kind, expression))) == [(code, f"calculations.fout.{place}")]


def test_a_whole_number_may_be_declared_as_a_number() -> None:
    assert faults(check_calculations, rich(getal=of("decimal", NUMBER))) == []


def test_a_calculation_may_read_every_item_of_its_module() -> None:
    assert faults(check_calculations, rich(laatste=of("int", {"answer": "LAA01"}))) == []


def test_a_loop_is_told_once_and_printed() -> None:
    files = rich(
        a=of("bool", {"not": {"calc": "b"}}),
        b=of("bool", {"all": [{"calc": "lang"}, {"calc": "c"}]}),
        c=of("bool", {"calc": "a"}),
    )
    (problem,) = check_calculations(assembled(files))
    assert (problem.code, problem.place) == ("D04", "calculations.a.expr")
    assert problem.cause == "Deze berekeningen verwijzen in een kring naar elkaar: a → b → c → a."


def calculations(**uses: str) -> dict[str, Calculation]:
    """Calculations by name, each with the names that it uses."""

    def using(names: str) -> Expression:
        return AllOf(parts=tuple(CalculationOf(name=name) for name in names.split()) or (True,))

    return {name: Calculation(id=name, type="bool", expr=using(names)) for name, names in uses.items()}


@pytest.mark.parametrize(
    ("uses", "loops"),
    [
        ({"a": "", "b": "a", "c": "a b"}, []),
        ({"a": "a"}, ["a a"]),
        ({"a": "b", "b": "c", "c": "b"}, ["b c b"]),
        ({"a": "b c", "b": "a", "c": "a"}, ["a b a", "a c a"]),
        ({"a": "weg"}, []),
        ({"a": "d", "b": "d", "d": "e", "e": ""}, []),
    ],
)
def test_loops_are_found_wherever_they_begin(uses: dict[str, str], loops: list[str]) -> None:
    assert [" ".join(loop) for loop in find_loops(calculations(**uses))] == loops


def test_a_loop_of_calculations_never_hangs_the_other_checks() -> None:
    from questionnaires.checks.pages import check_pages

    files = rich({"calc": "a"}, a=of("bool", {"calc": "b"}), b=of("bool", {"calc": "a"}))
    assert faults(check_pages, files) == []


OPTIONAL = """\
format: "ceo-def/1"
kind: module
id: "nl.proef.keuze"
version: 1
title: "Keuze"
role: optional
uses: {libraries: ["nl.proef.alles"]}
pages:
  - {id: een, items: [LAA01@1]}
calculations: {NAME: {type: bool, expr: {answered: {answer: LAA01}}}}
"""
EXTENSION = """\
format: "ceo-def/1"
kind: extension
id: "gm0344.proef"
owner: "gm0344"
version: 1
title: "Met keuze"
extends: "nl.proef.kern@1"
modules: {plek: ["nl.proef.keuze@1"]}
"""


def with_module(name: str, core_page: str = "") -> dict[str, str]:
    """The core module with an optional module that has a calculation of this name."""
    core = rich()["kern.yaml"].replace(
        "  - {id: laatste, show_if: true, when_unknown: show, items: [LAA01@1]}\n", core_page
    )
    core = core.replace(
        "calculations:", "  - slot: plek\nslots: {plek: {max_minutes: 5, modules: [nl.proef.keuze]}}\ncalculations:"
    )
    core = core.replace('"laat": {"type": "int", "expr": {"answer": "LAA01"}}', '"laat": {"type": "int", "expr": 1}')
    return {**rich(), "kern.yaml": core, "keuze.yaml": OPTIONAL.replace("NAME", name), "ext.yaml": EXTENSION}


def test_a_calculation_has_a_name_of_its_own_over_all_modules() -> None:
    (problem,) = check_calculations(assembled(with_module("lang"), "gm0344.proef"))
    assert (problem.code, problem.file, problem.place) == ("D10", "keuze.yaml", "calculations.lang")
    assert problem.cause == "De berekening lang staat ook in nl.proef.kern@1."
    assert faults(check_calculations, with_module("eigen"), "gm0344.proef") == []


def test_a_module_does_not_use_calculations_of_another() -> None:
    files = with_module("eigen")
    files["keuze.yaml"] = files["keuze.yaml"].replace("{answered: {answer: LAA01}}", "{calc: lang}")
    assert faults(check_calculations, files, "gm0344.proef") == [("D08", "calculations.eigen.expr.calc")]


def test_a_loop_is_told_in_the_file_that_has_it() -> None:
    files = with_module("eigen")
    files["keuze.yaml"] = files["keuze.yaml"].replace("{answered: {answer: LAA01}}", "{not: {calc: eigen}}")
    (problem,) = check_calculations(assembled(files, "gm0344.proef"))
    assert (problem.code, problem.file, problem.place) == ("D04", "keuze.yaml", "calculations.eigen.expr")


def test_calculations_of_all_modules_are_in_the_questionnaire() -> None:
    questionnaire = resolved(with_module("eigen"), "gm0344.proef")
    assert {one.id for one in questionnaire.calculations} >= {"lang", "eigen"}
    assert route(questionnaire, {}).next_page == questionnaire.pages[0]
