from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, field_validator

from questionnaires.strict_yaml import YamlDocument, read_yaml, validate


class Colour(StrEnum):
    RED = "rood"
    BLUE = "blauw"


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    colour: Colour = Colour.RED
    size: int = Field(default=1, ge=1, le=9)


class Plan(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    name: str = Field(min_length=2, max_length=5)
    kind: Literal["a", "b"] = "a"
    share: float | None = None
    parts: tuple[Part, ...] = ()
    pair: tuple[int, int] = (0, 0)
    named: dict[str, Part] = Field(default_factory=dict)
    twice: tuple[Part, ...] = Field(default=(), min_length=2, max_length=3)
    coded: dict[Annotated[str, Field(pattern="^[a-z]$")], Part] = Field(default_factory=dict)
    even: int = 0
    done: bool = False
    first: Part | None = None

    @field_validator("even")
    @classmethod
    def _even(cls, value: int) -> int:
        if value % 2:
            raise ValueError("Dit getal is oneven.")
        return value


class Square(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    side: int


class Circle(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    radius: int


def only_key(written: object) -> str | None:
    return next(iter(written)) if isinstance(written, dict) and len(written) == 1 else None


class Drawing(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    shapes: tuple[
        Annotated[Annotated[Square, Tag("side")] | Annotated[Circle, Tag("radius")], Discriminator(only_key)], ...
    ]


def check(text: str) -> Plan | list[tuple[int, str, str]]:
    document = read_yaml(text, "plan.yaml")
    assert isinstance(document, YamlDocument)
    found = validate(Plan, document)
    return found if isinstance(found, Plan) else [(problem.line, problem.code, problem.place) for problem in found]


def cure(text: str) -> str:
    document = read_yaml(text, "plan.yaml")
    assert isinstance(document, YamlDocument)
    found = validate(Plan, document)
    assert not isinstance(found, Plan)
    return " ".join(problem.cure for problem in found)


def test_a_document_that_fits_becomes_the_model() -> None:
    plan = check("name: proef\nshare: 1\nparts: [{colour: blauw}]\npair: [1, 2]\n")
    assert isinstance(plan, Plan)
    assert (plan.share, plan.parts, plan.pair) == (1.0, (Part(colour=Colour.BLUE),), (1, 2))


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("kind: a\n", [(1, "F01", "name")]),
        ("name: abc\nparts:\n  - colour: rood\n    colr: 1\n", [(4, "F02", "parts[0].colr")]),
        ("name: 3\n", [(1, "F03", "name")]),
        ("name: abc\ndone: 'true'\n", [(2, "F03", "done")]),
        ("name: abc\nparts: 3\n", [(2, "F03", "parts")]),
        ("name: abc\nnamed: [1]\n", [(2, "F03", "named")]),
        ("name: abc\nfirst: rood\n", [(2, "F03", "first")]),
        ("name: abc\nkind: c\n", [(2, "F04", "kind")]),
        ("name: abc\nnamed: {x: {colour: groen}}\n", [(2, "F04", "named.x.colour")]),
        ("name: a\n", [(1, "F05", "name")]),
        ("name: abcdef\n", [(1, "F05", "name")]),
        ("name: abc\nparts: [{size: 0}, {size: 10}]\n", [(2, "F05", "parts[0].size"), (2, "F05", "parts[1].size")]),
        ("name: abc\npair: [1]\n", [(2, "F01", "pair[1]")]),
        ("name: abc\ntwice: [{}]\n", [(2, "F05", "twice")]),
        ("name: abc\ntwice: [{}, {size: 0}]\n", [(2, "F05", "twice[1].size")]),
        ("name: abc\ntwice: [{}, {}, {}, {}]\n", [(2, "F05", "twice")]),
        ("name: abc\ncoded:\n  A: {}\n", [(3, "F05", "coded.A")]),
        ("name: abc\neven: 3\n", [(2, "F06", "even")]),
        ("[1]\n", [(1, "F03", "")]),
        ("nam: abc\nkind: c\n", [(1, "F02", "nam"), (1, "F01", "name"), (2, "F04", "kind")]),
    ],
)
def test_everything_that_does_not_fit_is_a_problem_with_its_line(
    text: str, problems: list[tuple[int, str, str]]
) -> None:
    assert check(text) == problems


def test_a_misspelt_key_gets_the_nearest_known_one() -> None:
    assert cure("name: abc\nparts: [{colr: rood}]\n") == "Bedoelt u colour?"
    assert cure("name: abc\nnamed: {x: {siez: 1}}\n") == "Bedoelt u size?"
    assert cure("name: abc\nfirst: {siez: 1}\n") == "Bedoelt u size?"


def test_a_misspelt_value_gets_the_nearest_known_one() -> None:
    assert cure("name: abc\nparts: [{colour: blaauw}]\n") == "Bedoelt u blauw?"


def test_a_key_that_is_like_none_gets_all_that_are_possible() -> None:
    assert cure("name: abc\nfirst: {zzz: 1}\n") == "U kunt kiezen uit: colour, size."


def test_a_long_wrong_value_is_shown_in_part() -> None:
    document = read_yaml(f"name: {'x' * 500}\n", "plan.yaml")
    assert isinstance(document, YamlDocument)
    problems = validate(Plan, document)
    assert isinstance(problems, tuple)
    (problem,) = problems
    assert len(problem.cause) < 100


ONE_KEY = "Hier hoort een blok met één sleutel; er staat"
CHOICES = "U kunt kiezen uit: radius, side."


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ("{sidee: 1}", "F02 bij shapes[0]: De sleutel sidee hoort hier niet. Bedoelt u side?"),
        ("{side: 1, radius: 2}", f"F03 bij shapes[0]: {ONE_KEY} een blok met 2 sleutels. {CHOICES}"),
        ("[1, 2]", f"F03 bij shapes[0]: {ONE_KEY} een lijst van 2. {CHOICES}"),
        (
            "{side: lang}",
            'F03 bij shapes[0].side: Hier hoort een heel getal; er staat "lang". Schrijf hier een heel getal.',
        ),
    ],
)
def test_a_choice_between_forms_is_explained(shape: str, message: str) -> None:
    document = read_yaml(f"shapes:\n  - {shape}\n", "plan.yaml")
    assert isinstance(document, YamlDocument)
    problems = validate(Drawing, document)
    assert isinstance(problems, tuple)
    (problem,) = problems
    assert str(problem) == f"plan.yaml:2: {message}"
