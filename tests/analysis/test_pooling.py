from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache

import pytest

from analysis.dataset import Dataset
from analysis.design import Stratum
from analysis.engine import analyse
from analysis.gathering import gather
from analysis.plan import plan_of
from analysis.pooling import Pooled, pool
from analysis.results import Cell, Estimate, Measure, Results
from questionnaires.answering import seal
from questionnaires.answers import JsonAnswers, answers_to_json
from questionnaires.comparability.verdicts import Verdict
from questionnaires.loading import load_shipped
from questionnaires.publishing import PublishedVersion, publish
from questionnaires.simulation import simulate_answers
from questionnaires.sources import shipped_sources


@cache
def sealed(name: str) -> PublishedVersion:
    return publish(load_shipped(name))


@cache
def both() -> Pooled:
    return pool([sealed("wmo@1"), sealed("wmo@2")], shipped_sources().all_crosswalks())


@cache
def submissions(name: str, count: int) -> tuple[JsonAnswers, ...]:
    rng = random.Random(f"{name} {count}")
    questionnaire = sealed(name).questionnaire
    return tuple(
        answers_to_json(seal(questionnaire, simulate_answers(questionnaire, rng)).answers) for _ in range(count)
    )


def results(pooled: Pooled, rows: Sequence[tuple[str, str, JsonAnswers]]) -> Results:
    """Analyse rows of (municipality, version, answers); each municipality has 1000 clients."""
    strata = [Stratum(unit, unit, 1000) for unit in sorted({unit for unit, _, _ in rows})]
    records = pooled.records((unit, sealed(name).content_hash, answers) for unit, name, answers in rows)
    dataset = gather(records, pooled.codebook, strata)
    assert isinstance(dataset, Dataset), dataset
    return analyse(dataset, plan_of(pooled.codebook))


def test_what_is_the_same_or_noted_is_one_variable() -> None:
    one_series = {series.name for series in both().items if len(series.versions) == 2}
    assert {"GES01", "KWA02", "KWA04", "LEV01", "EFF01"} <= one_series
    assert not {"TOE02", "HUL01"} & one_series


def test_what_breaks_or_needs_a_bridge_is_two_variables_with_the_earlier_one_under_its_version() -> None:
    names = [variable.item for variable in both().codebook.variables]
    assert {"TOE02", "TOE02@1", "HUL01", "HUL01@1"} <= set(names)
    assert [composite.composite for composite in both().codebook.composites] == [
        "wmo_toegang",
        "wmo_kwaliteit",
        "wmo_effect",
        "wmo_toegang@1",
    ]


def test_an_earlier_composite_is_over_the_variables_of_its_time() -> None:
    earlier = both().codebook.composites[-1]
    assert earlier.items == ("TOE01", "TOE02@1", "TOE03")
    assert earlier.title == "Toegang tot hulp (versie 1)"


@pytest.mark.parametrize(
    ("variable", "verdict", "pooled"),
    [
        ("TOE02", Verdict.E, False),
        ("HUL01", Verdict.D, False),
        ("LEV01", Verdict.C, True),
        ("KWA02", Verdict.B, True),
        ("wmo_toegang", Verdict.E, False),
    ],
)
def test_each_change_leaves_a_mark_that_says_whether_the_answers_are_together(
    variable: str, verdict: Verdict, *, pooled: bool
) -> None:
    [mark] = [mark for mark in both().marks if mark.variable == variable]
    assert (mark.verdict, mark.pooled) == (verdict, pooled)
    assert (mark.old, mark.new) == ("nl.ceo.wmo@1", "nl.ceo.wmo@2")
    assert mark.reasons


def test_what_did_not_change_has_no_mark() -> None:
    assert not {"GES01", "TOE01", "KWA04"} & {mark.variable for mark in both().marks}


def test_no_figure_crosses_a_break() -> None:
    old = [("GM0344", "wmo@1", answers) for answers in submissions("wmo@1", 60)]
    new = [("GM0193", "wmo@2", answers) for answers in submissions("wmo@2", 50)]
    together = results(both(), [*old, *new])
    alone = results(pool([sealed("wmo@2")]), new)
    for item in ("TOE02", "wmo_toegang"):
        cell = Cell(Measure.SCORE, item, "", "GM0193")
        pooled, total, own = together.figures[cell], together.figures[Cell(Measure.SCORE, item)], alone.figures[cell]
        assert isinstance(total, Estimate)
        assert isinstance(pooled, Estimate)
        assert isinstance(own, Estimate)
        assert (pooled.value, pooled.se) == pytest.approx((own.value, own.se))
        assert (pooled.respondents, pooled.flags) == (own.respondents, own.flags)
        assert (total.value, total.respondents) == (pytest.approx(own.value), own.respondents)


def test_answers_that_may_be_taken_together_are() -> None:
    rows = [("GM0344", "wmo@1", answers) for answers in submissions("wmo@1", 60)]
    rows += [("GM0344", "wmo@2", answers) for answers in submissions("wmo@2", 50)]
    figure = results(both(), rows).figures[Cell(Measure.SCORE, "KWA02", "", "GM0344")]
    valid = sum("value" in answers["KWA02"] for _, _, answers in rows)
    assert isinstance(figure, Estimate)
    assert figure.respondents == valid


def test_a_composite_of_the_old_version_does_not_exist_for_who_filled_in_the_new_one() -> None:
    rows = [("GM0193", "wmo@2", answers) for answers in submissions("wmo@2", 50)]
    figure = results(both(), rows).figures[Cell(Measure.SCORE, "wmo_toegang@1", "", "GM0193")]
    assert figure.respondents == 0


def test_an_answer_to_a_version_that_was_not_asked_is_told() -> None:
    answers = {**submissions("wmo@1", 60)[0], "KWA02": {"version": 7, "value": "eens"}}
    records = both().records([("GM0344", sealed("wmo@1").content_hash, answers)])
    found = gather(records, both().codebook, [Stratum("GM0344", "GM0344", 10)])
    assert isinstance(found, tuple)
    assert [(problem.code, problem.place) for problem in found] == [("A15", "KWA02")]


def test_the_core_of_two_municipalities_is_one_and_each_reads_its_own_questions_only() -> None:
    plain, utrecht = sealed("wmo@2"), sealed("gm0344.voorbeeld@1")
    pooled = pool([utrecht, plain])
    assert all(len(series.versions) == 2 for series in pooled.items if series.id in {"GES01", "TOE02", "EFF01"})
    own = {variable.item for variable in pooled.codebook_for(utrecht.content_hash).variables}
    others = {variable.item for variable in pooled.codebook_for(plain.content_hash).variables}
    assert own - others == {item.id for item in utrecht.questionnaire.items} - {
        item.id for item in plain.questionnaire.items
    }
    assert others <= own


def test_a_municipality_reads_questions_with_its_own_local_name() -> None:
    plain, zwolle = sealed("participatie@1"), sealed("gm0193.voorbeeld@1")
    pooled = pool([zwolle, plain])
    label = pooled.codebook_for(zwolle.content_hash).variable("PTO01").label
    assert zwolle.questionnaire.params["loket"] in label
    assert zwolle.questionnaire.params["loket"] not in pooled.codebook_for(plain.content_hash).variable("PTO01").label


def test_one_version_is_its_own_codebook() -> None:
    alone = pool([sealed("wmo@1")])
    assert alone.marks == ()
    assert alone.codebook == alone.codebook_for(sealed("wmo@1").content_hash)
