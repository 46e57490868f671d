"""A module with an item of every type, to try expressions on: written as YAML, assembled without the checks of others."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache

from pydantic import TypeAdapter

from questionnaires.answers import Answer, Missing
from questionnaires.checks.definitions import assemble
from questionnaires.checks.reading import declared_in
from questionnaires.expressions.kinds import Declared
from questionnaires.expressions.nodes import Expression
from questionnaires.loading import find_part
from questionnaires.problems import Problem
from questionnaires.questionnaire import Questionnaire
from questionnaires.resolving import Assembly, resolve
from questionnaires.sources import read_sources

EXPRESSION: TypeAdapter[Expression] = TypeAdapter(Expression)

LIBRARY = """\
format: "ceo-def/1"
kind: library
id: "nl.proef.alles"
source_language: "nl"
concepts:
  "profiel.iets": {domain: profiel, definition: "Iets"}
scales:
  eens3@1:
    type: ordinal
    codes:
      - {code: eens, text: "Eens", value: 3, stance: positive}
      - {code: tussenin, text: "Tussenin", value: 2, stance: neutral}
      - {code: oneens, text: "Oneens", value: 1, stance: negative}
    missing: [{code: weet_niet, text: "Weet ik niet", reason: dont_know}]
    score: {map: linear_0_100}
  ja_nee@1:
    type: nominal
    codes: [{code: ja, text: "Ja", inline: "wel"}, {code: nee, text: "Nee", inline: "niet"}]
    missing: [{code: weet_niet, text: "Weet ik niet", reason: dont_know}]
  hulp@1:
    type: multi
    codes: [{code: huis, text: "Huishouden"}, {code: vervoer, text: "Vervoer"}]
    exclusive: [{code: geen, text: "Geen hulp"}]
items:
  GES01@1: {concept: "profiel.iets", title: "Gesprek", type: {scale: "ja_nee@1"},
    reference_period: "now", text: {stem: "Was er een gesprek?"}}
  GES02@1: {concept: "profiel.iets", title: "Brief", type: {scale: "ja_nee@1"},
    reference_period: "now", text: {stem: "Was er een brief?"}}
  KWA01@1: {concept: "profiel.iets", title: "Goed", type: {scale: "eens3@1"},
    reference_period: "now", text: {stem: "Het was goed."}}
  KWA02@1: {concept: "profiel.iets", title: "Aardig", type: {scale: "eens3@1"}, polarity: negative,
    reference_period: "now", text: {stem: "Het was niet aardig."}}
  HUL01@1: {concept: "profiel.iets", title: "Hulp", type: {scale: "hulp@1"},
    reference_period: "now", text: {stem: "Welke hulp?"}}
  WEK01@1: {concept: "profiel.iets", title: "Weken", type: {integer: {min: 0, max: 9, unit: "week"}},
    reference_period: "now", text: {stem: "Hoeveel weken?"}}
  WEK02@1: {concept: "profiel.iets", title: "Uren", type: {integer: {min: 0, max: 9, unit: "uur"}},
    reference_period: "now", text: {stem: "Hoeveel uren?"}}
  CIJ01@1: {concept: "profiel.iets", title: "Cijfer", reference_period: "now", text: {stem: "Welk cijfer?"},
    type: {integer: {min: 1, max: 5, unit: "punt", score: {map: linear_0_100, positive_from: 4}}}}
  DAG01@1: {concept: "profiel.iets", title: "Begin", type: {date: {}},
    reference_period: "now", text: {stem: "Wanneer begon het?"}}
  DAG02@1: {concept: "profiel.iets", title: "Einde", type: {date: {}},
    reference_period: "now", text: {stem: "Wanneer was het klaar?"}}
  TXT01@1: {concept: "profiel.iets", title: "Woord", type: {text: {max_chars: 20}},
    reference_period: "now", text: {stem: "In een woord?"}}
  VER01@1: {concept: "profiel.iets", title: "Verhaal", type: {narrative: {max_chars: 50}},
    reference_period: "now", text: {stem: "Vertel."}}
  PIP01@1: {concept: "profiel.iets", title: "Terug", type: {scale: "ja_nee@1"}, reference_period: "now",
    text: {stem: "U had {keus} een gesprek. Nu weer?"}, pipes: {keus: {answer: GES01, fallback: "misschien"}}}
  LAA01@1: {concept: "profiel.iets", title: "Later", type: {integer: {min: 0, max: 9, unit: "keer"}},
    reference_period: "now", text: {stem: "Hoe vaak nog?"}}
"""
MODULE = """\
format: "ceo-def/1"
kind: module
id: "nl.proef.kern"
version: 1
title: "Proef"
role: core
uses: {libraries: ["nl.proef.alles"]}
languages: [nl, tr]
modes: [web, paper]
registers: [standard, easy]
sample: {brief: {type: {scale: "ja_nee@1"}}, leeftijd: {type: {integer: {min: 18, max: 110, unit: "jaar"}}}}
pages:
  - {id: keuzes, items: [GES01@1, GES02@1, KWA01@1, KWA02@1, HUL01@1]}
  - {id: getallen, items: [WEK01@1, WEK02@1, CIJ01@1]}
  - {id: overig, items: [DAG01@1, DAG02@1, TXT01@1, VER01@1, PIP01@1]}
  - {id: laatste, show_if: CONDITION, when_unknown: show, items: [LAA01@1]}
calculations: CALCULATIONS
"""
CALCULATIONS: Mapping[str, Mapping[str, object]] = {
    "lang": {"type": "bool", "expr": {"gt": [{"answer": "WEK01"}, 6]}},
    "samen": {"type": "int", "expr": {"add": [{"answer": "WEK01"}, {"answer": "WEK02"}]}},
    "punten": {"type": "decimal", "expr": {"mean": {"of": ["KWA01", "KWA02"], "as": "score", "min_valid": 1}}},
    "eerste": {"type": "date", "expr": {"min": [{"answer": "DAG01"}, {"answer": "DAG02"}]}},
    "laat": {"type": "int", "expr": {"answer": "LAA01"}},
}


def written(expression: object) -> Expression:
    """Return an expression as it stands in a file."""
    return EXPRESSION.validate_json(json.dumps(expression))


def rich(condition: object = True, **calculations: object) -> dict[str, str]:  # noqa: FBT002  # true is a condition
    """Return the files of the module, its last page under a condition, with more calculations."""
    module = MODULE.replace("CALCULATIONS", json.dumps({**CALCULATIONS, **calculations}))
    return {"alles.yaml": LIBRARY, "kern.yaml": module.replace("CONDITION", json.dumps(condition))}


def assembled(files: Mapping[str, str], name: str | None = None) -> Assembly:
    """Return what one part of these files makes, unchecked; the files themselves must be of the right form."""
    definitions = read_sources(files)
    assert definitions.problems == [], [str(problem) for problem in definitions.problems]
    part = find_part(definitions, name, "")
    assert not isinstance(part, Problem), str(part)
    found = assemble(part, definitions)
    assert isinstance(found, Assembly), [str(problem) for problem in found]
    return found


def resolved(files: Mapping[str, str], name: str | None = None) -> Questionnaire:
    """Return the questionnaire that one part of these files makes, unchecked."""
    return resolve(assembled(files, name), read_sources(files))


def faults(
    check: Callable[[Assembly], Iterator[Problem]], files: Mapping[str, str], name: str | None = None
) -> list[tuple[str, str]]:
    """Return code and place of what one check finds; each problem has a line, a cause and a cure."""
    problems = list(check(assembled(files, name)))
    assert all(one.line > 0 and one.cause.endswith(".") and one.cure and one.file for one in problems)
    return [(one.code, one.place) for one in problems]


@cache
def rich_declared() -> Declared:
    """Return what expressions on the module can name."""
    return declared_in(assembled(rich()))


@cache
def rich_questionnaire() -> Questionnaire:
    """Return the module as a questionnaire."""
    return resolved(rich())


def answers(**values: object) -> dict[str, Answer]:
    """Return answers by item: a value, or the reason why there is none; None is a skipped question."""
    found = {}
    for item, value in values.items():
        missing = Missing.SKIPPED if value is None else value if isinstance(value, Missing) else None
        found[item] = Answer(item, 1, None if missing else value, missing)  # type: ignore[arg-type]  # values of tests
    return found
