from __future__ import annotations

from datetime import date

import pytest
from expressing import rich_declared, rich_questionnaire, written
from hypothesis import given
from random_expressions import CIRCUMSTANCES, ITEMS, of_type, random_answers

from questionnaires.answers import Answer
from questionnaires.compiling import scope_of
from questionnaires.expressions.evaluating import evaluate
from questionnaires.expressions.facts import Circumstances, Facts
from questionnaires.expressions.kinds import (
    BOOL,
    CODE,
    DATE,
    DECIMAL,
    INTEGER,
    UNKNOWN,
    Basic,
    CodeList,
    Kind,
    common_kind,
    kind_of,
    may_be_unknown,
)
from questionnaires.expressions.typing_checks import check_types

YES_NO = CodeList("ja_nee@1", ("ja", "nee"), ("weet_niet",))
HELP = CodeList("hulp@1", ("huis", "vervoer", "geen"))
SAME, TRUTH = {"eq": [{"answer": "WEK01"}, 1]}, {"answered": {"answer": "VER01"}}
BEGIN, END = {"answer": "DAG01"}, {"date": "2027-01-01"}


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        (True, BOOL),
        (3, INTEGER),
        (2.5, DECIMAL),
        ({"code": "ja"}, CODE),
        (END, DATE),
        ({"answer": "GES01"}, Kind(Basic.CODE, YES_NO)),
        ({"answer": "HUL01"}, Kind(Basic.CODES, HELP)),
        ({"answer": "WEK01"}, INTEGER),
        (BEGIN, DATE),
        ({"answer": "TXT01"}, Kind(Basic.WORDS)),
        ({"answer": "VER01"}, Kind(Basic.WORDS)),
        ({"answer": "WEG01"}, UNKNOWN),
        ({"calc": "lang"}, BOOL),
        ({"calc": "samen"}, INTEGER),
        ({"calc": "punten"}, DECIMAL),
        ({"calc": "eerste"}, DATE),
        ({"calc": "weg"}, UNKNOWN),
        ({"sample": "brief"}, Kind(Basic.CODE, YES_NO)),
        ({"sample": "leeftijd"}, INTEGER),
        ({"sample": "weg"}, UNKNOWN),
        ({"response": "language"}, Kind(Basic.CODE, CodeList("language", ("nl", "tr")))),
        ({"response": "mode"}, Kind(Basic.CODE, CodeList("mode", ("web", "paper")))),
        ({"response": "register"}, Kind(Basic.CODE, CodeList("register", ("standard", "easy")))),
        ({"response": "started_on"}, DATE),
        ({"all": [TRUTH]}, BOOL),
        ({"any": [TRUTH]}, BOOL),
        ({"not": TRUTH}, BOOL),
        *(({key: [{"answer": "WEK01"}, 1]}, BOOL) for key in ("eq", "ne", "lt", "le", "gt", "ge")),
        ({"in": [{"answer": "GES01"}, [{"code": "ja"}]]}, BOOL),
        ({"includes": [{"answer": "HUL01"}, {"code": "huis"}]}, BOOL),
        ({"count_selected": {"answer": "HUL01"}}, INTEGER),
        (TRUTH, BOOL),
        ({"reason_is": [{"answer": "GES01"}, "skipped"]}, BOOL),
        ({"add": [1, {"answer": "WEK01"}]}, INTEGER),
        ({"add": [1, 0.5]}, DECIMAL),
        ({"sub": [{"calc": "punten"}, 1]}, DECIMAL),
        ({"mul": [2, {"answer": "WEK01"}]}, INTEGER),
        ({"min": [{"answer": "WEK01"}, 0.5]}, DECIMAL),
        ({"max": [BEGIN, END]}, DATE),
        ({"sum": {"of": ["WEK01"], "as": "value", "min_valid": 1}}, INTEGER),
        ({"sum": {"of": ["KWA01"], "as": "score", "min_valid": 1}}, DECIMAL),
        ({"mean": {"of": ["WEK01"], "as": "value", "min_valid": 1}}, DECIMAL),
        ({"months_between": [BEGIN, END]}, INTEGER),
        ({"years_between": [BEGIN, END]}, INTEGER),
        ({"if": [TRUTH, {"code": "ja"}, {"answer": "GES01"}]}, Kind(Basic.CODE, YES_NO)),
        ({"if": [TRUTH, 1, 0.5]}, DECIMAL),
        ({"if": [TRUTH, 1, END]}, UNKNOWN),
        ({"first_known": [{"answer": "WEG01"}, {"answer": "WEK01"}, 3]}, INTEGER),
    ],
)  # fmt: skip  # one node a line
def test_every_node_is_worth_something_of_one_kind(expression: object, kind: Kind) -> None:
    assert kind_of(written(expression), rich_declared()) == kind


def test_an_item_whose_scale_does_not_exist_is_of_unknown_kind() -> None:
    from dataclasses import replace

    without = replace(rich_declared(), scales={})
    assert kind_of(written({"answer": "GES01"}), without) == UNKNOWN
    assert without.scale_of("GES01") is None


@pytest.mark.parametrize(
    ("kinds", "common"),
    [
        ([], UNKNOWN),
        ([UNKNOWN, UNKNOWN], UNKNOWN),
        ([UNKNOWN, DATE], DATE),
        ([INTEGER, INTEGER], INTEGER),
        ([DECIMAL, INTEGER], DECIMAL),
        ([CODE, Kind(Basic.CODE, YES_NO)], Kind(Basic.CODE, YES_NO)),
        ([Kind(Basic.CODE, HELP), Kind(Basic.CODE, YES_NO)], None),
        ([BOOL, INTEGER], None),
        ([CODE, Kind(Basic.CODES, HELP)], None),
    ],
)
def test_kinds_have_one_in_common_or_none(kinds: list[Kind], common: Kind | None) -> None:
    assert common_kind(kinds) == common


@pytest.mark.parametrize(
    ("expression", "unknown"),
    [
        (True, False),
        (END, False),
        ({"code": "ja"}, False),
        (TRUTH, False),
        ({"not": {"reason_is": [{"answer": "GES01"}, "skipped"]}}, False),
        (SAME, True),
        ({"all": [TRUTH, SAME]}, True),
        ({"count_selected": {"answer": "HUL01"}}, True),
        ({"sum": {"of": ["WEK01"], "as": "value", "min_valid": 1}}, True),
        ({"mean": {"of": ["KWA01"], "as": "score", "min_valid": 1}}, True),
        ({"sample": "brief"}, True),
        ({"response": "started_on"}, True),
        ({"eq": [{"response": "mode"}, {"code": "web"}]}, False),
        ({"response": "language"}, False),
        ({"response": "register"}, False),
        ({"calc": "lang"}, True),
        ({"calc": "zeker"}, False),
        ({"calc": "weg"}, False),
        ({"calc": "kring"}, False),
        ({"first_known": [{"answer": "WEK01"}, 3]}, False),
        ({"first_known": [{"answer": "WEK01"}, {"answer": "WEK02"}]}, True),
        ({"if": [TRUTH, 1, 2]}, False),
        ({"if": [SAME, 1, 2]}, True),
        ({"if": [TRUTH, {"answer": "WEK01"}, 2]}, True),
    ],
)
def test_it_is_known_what_may_be_unknown(expression: object, unknown: bool) -> None:  # noqa: FBT001  # a table of truth
    lang = rich_declared().calculations["lang"]
    calculations = {
        "lang": lang,
        "zeker": lang.model_copy(update={"expr": written(TRUTH)}),
        "kring": lang.model_copy(update={"expr": written({"not": {"calc": "kring"}})}),
    }
    assert may_be_unknown(written(expression), calculations) is unknown


OF_KIND = {"bool": bool, "int": int, "decimal": int | float, "date": date}
CALCULATED = {"lang": "bool", "samen": "int", "punten": "decimal", "eerste": "date"}


@pytest.mark.parametrize("kind", ["bool", "decimal", "date"])
def test_an_expression_is_worth_what_its_kind_says(kind: str) -> None:
    declared, scope = rich_declared(), scope_of(rich_questionnaire())

    @given(of_type(kind, ITEMS, CALCULATED), random_answers(ITEMS), CIRCUMSTANCES)
    def law(expression: object, found: dict[str, Answer], circumstances: Circumstances) -> None:
        tree = written(expression)
        worth = evaluate(tree, Facts(found, circumstances), scope)
        assert worth is None or isinstance(worth, OF_KIND[kind])
        assert worth is not None or may_be_unknown(tree, declared.calculations)
        assert kind_of(tree, declared).basic is not Basic.INTEGER or isinstance(worth, int | None)
        wanted = {"bool": BOOL, "decimal": DECIMAL, "date": DATE}[kind]
        assert list(check_types(tree, wanted, declared)) == []

    law()
