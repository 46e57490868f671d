"""Every kind of answer in microdata: options of a question with several answers, numbers, and what never leaves."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date

import numpy as np
import pytest

from analysis.microdata.protected import ProtectedMicrodata
from analysis.microdata.protecting import protect_microdata
from analysis.microdata.records import REASONS, Role
from analysis.microdata.rule import AreaGiven, Group, Limits, MicrodataFault, MicrodataRule, Place
from analysis.pooling import Pooled, pool
from analysis.snapshots import SealedFacts, SealedRow, Snapshot, make_snapshot
from questionnaires.answering import seal
from questionnaires.answers import Missing, answers_to_json
from questionnaires.loading import load_shipped
from questionnaires.publishing import publish
from questionnaires.simulation import simulate_answers

PLACES = {"GM0344": Place("GM0344", "Utrecht")}
SEVERAL, NUMBER = "PHU01", "JAA01"
LOOSE = {"area": AreaGiven.MUNICIPALITY, "largest_suppressed": 1}


def filled_in(name: str, people: int = 120) -> tuple[Snapshot, Pooled]:
    """Return a round of simulated clients, and what it asked."""
    questionnaire = load_shipped(name)
    published = publish(questionnaire)
    rng = random.Random(f"kinds {name}")
    rows = [
        SealedRow(
            stratum="Iedereen",
            version=published.content_hash,
            mode="web",
            language="nl",
            register="plain",
            respondent="client",
            received_on=date(2026, 3, 2),
            answers=answers_to_json(seal(questionnaire, simulate_answers(questionnaire, rng)).answers),
        )
        for _ in range(people)
    ]
    pooled = pool([published])
    facts = SealedFacts(
        "GM0344", "x-2026", "X", date(2026, 3, 1), date(2026, 4, 1), "anonymous", {"Iedereen": 4 * people}
    )
    return make_snapshot(facts, rows, list(pooled.codebooks.values())), pooled


def protected(name: str, rule: MicrodataRule) -> ProtectedMicrodata | tuple[MicrodataFault, ...]:
    snapshot, pooled = filled_in(name)
    return protect_microdata([snapshot], pooled, rule, PLACES)


def closed_question(name: str, besides: str) -> str:
    """Return a question with one answer, to protect by."""
    _, pooled = filled_in(name)
    return next(
        one.item for one in pooled.codebook.variables if one.item != besides and one.codes and one.kind == "nominal"
    )


def test_each_option_of_a_question_with_several_answers_has_a_column() -> None:
    name = "nl.ceo.participatie@1"
    snapshot, pooled = filled_in(name)
    asked = closed_question(name, SEVERAL)
    found = protected(name, MicrodataRule(variables=(asked, SEVERAL), quasi_identifiers=(asked,), **LOOSE))
    assert isinstance(found, ProtectedMicrodata), found
    entries = [row.answers.get(SEVERAL, {"missing": "not_asked"}) for row in snapshot.rows]
    chosen = Counter(code for entry in entries for code in np.atleast_1d(entry.get("value", [])).tolist())
    reasons = Counter(REASONS[Missing(str(entry["missing"]))] for entry in entries if "missing" in entry)
    options = [one for one in found.records.variables if one.role is Role.OPTION]
    assert [one.variable for one in options] == [
        f"{SEVERAL}:{code.code}" for code in pooled.codebook.variable(SEVERAL).codes
    ]
    for one in options:
        counted = Counter(found.records.columns[one.name].tolist())
        assert counted[1] == chosen[one.variable.partition(":")[2]]
        assert {value: count for value, count in counted.items() if value < 0} == reasons
        assert one.value_labels[1] == "Gekozen"


@pytest.mark.parametrize(
    ("changes", "place", "cause"),
    [
        ({"quasi_identifiers": (SEVERAL,)}, "quasi_identifiers", "meer antwoorden"),
        (
            {"coarsenings": {SEVERAL: (Group(code="x", label="X", codes=("y",)),)}},
            f"coarsenings.{SEVERAL}",
            "niet te groeperen",
        ),
    ],
)
def test_several_answers_do_not_identify_and_are_not_grouped(
    changes: dict[str, object], place: str, cause: str
) -> None:
    name = "nl.ceo.participatie@1"
    asked = closed_question(name, SEVERAL)
    rule = MicrodataRule(variables=(asked, SEVERAL), quasi_identifiers=(asked,), **LOOSE).model_copy(update=changes)
    found = protected(name, rule)
    assert isinstance(found, tuple)
    assert [cause in one.cause for one in found if one.place == place] == [True]


def test_a_number_is_itself_up_to_its_limit() -> None:
    name = "nl.ceo.jeugd-jongeren@1"
    snapshot, _ = filled_in(name)
    asked = closed_question(name, NUMBER)
    limits = {NUMBER: Limits(top=20)}
    found = protected(
        name, MicrodataRule(variables=(asked, NUMBER), quasi_identifiers=(asked,), limits=limits, **LOOSE)
    )
    assert isinstance(found, ProtectedMicrodata), found
    entries = [row.answers.get(NUMBER, {"missing": "not_asked"}) for row in snapshot.rows]
    expected = Counter(
        min(int(str(entry["value"])), 20) if "value" in entry else REASONS[Missing(str(entry["missing"]))]
        for entry in entries
    )
    assert Counter(found.records.columns[NUMBER].tolist()) == expected
    assert expected[20] > 0


def test_a_rule_that_says_two_things_of_a_question_is_told() -> None:
    name = "nl.ceo.jeugd-jongeren@1"
    asked = closed_question(name, NUMBER)
    groups = (Group(code="a", label="A", codes=("0", "1")), Group(code="b", label="B", codes=("1",)))
    rule = MicrodataRule(
        variables=(asked, NUMBER),
        quasi_identifiers=(asked,),
        coarsenings={NUMBER: groups},
        limits={NUMBER: Limits(top=20)},
        **LOOSE,
    )
    found = protected(name, rule)
    assert isinstance(found, tuple)
    assert {(one.place, one.cause) for one in found} == {
        (f"coarsenings.{NUMBER}", f"Het antwoord 1 van {NUMBER} staat in twee groepen."),
        (f"limits.{NUMBER}", f"De vraag {NUMBER} heeft groepen én een onder- of bovengrens."),
    }
