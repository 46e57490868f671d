from __future__ import annotations

from dataclasses import replace

import pytest
from expressing import rich_declared, written

from questionnaires.expressions.kinds import BOOL
from questionnaires.expressions.reading_checks import Readable, check_expression
from questionnaires.yaml_nodes import show_place

EVERYTHING = frozenset(rich_declared().items)
READABLE = Readable(rich_declared(), EVERYTHING - {"LAA01"})
TRUTH = {"answered": {"answer": "GES01"}}


def findings(condition: object, readable: Readable = READABLE) -> list[tuple[str, str]]:
    return [(one.code, show_place(one.place)) for one in check_expression(written(condition), BOOL, readable)]


@pytest.mark.parametrize(
    ("condition", "place"),
    [
        ({"eq": [{"answer": "GES09"}, {"code": "ja"}]}, "eq[0].answer"),
        ({"answered": {"answer": "GES09"}}, "answered.answer"),
        ({"reason_is": [{"answer": "GES09"}, "skipped"]}, "reason_is[0].answer"),
        ({"gt": [{"count_selected": {"answer": "GES09"}}, 1]}, "gt[0].count_selected.answer"),
        ({"gt": [{"sum": {"of": ["WEK01", "GES09"], "as": "value", "min_valid": 1}}, 1]}, "gt[0].sum.of[1]"),
        ({"not": {"calc": "lnag"}}, "not.calc"),
        ({"eq": [{"sample": "brieff"}, {"code": "ja"}]}, "eq[0].sample"),
    ],
)
def test_what_does_not_exist_is_found(condition: object, place: str) -> None:
    assert findings(condition) == [("D01", place)]


@pytest.mark.parametrize(
    ("condition", "cause", "cure"),
    [
        ({"answered": {"answer": "GES03"}}, "De vraag GES03 staat niet in deze vragenlijst.", "Bedoelt u GES02 of GES01?"),
        ({"calc": "lnag"}, "De berekening lnag bestaat niet.", "Bedoelt u lang?"),
        ({"in": [{"sample": "brieff"}, [{"code": "ja"}]]}, "De steekproef van deze vragenlijst kent brieff niet.",
         "Bedoelt u brief?"),
    ],
)  # fmt: skip  # one name a line
def test_the_nearest_name_is_suggested(condition: object, cause: str, cure: str) -> None:
    (finding,) = check_expression(written(condition), BOOL, READABLE)
    assert (finding.cause, finding.cure) == (cause, cure)


@pytest.mark.parametrize(
    ("condition", "place"),
    [
        ({"gt": [{"answer": "LAA01"}, 1]}, "gt[0].answer"),
        ({"answered": {"answer": "LAA01"}}, "answered.answer"),
        ({"gt": [{"mean": {"of": ["LAA01"], "as": "value", "min_valid": 1}}, 1]}, "gt[0].mean.of[0]"),
        ({"gt": [{"calc": "laat"}, 1]}, "gt[0].calc"),
    ],
)
def test_an_item_that_is_asked_later_is_found(condition: object, place: str) -> None:
    assert findings(condition) == [("D03", place)]


def test_a_calculation_that_comes_too_early_says_what_it_reads_also_by_way_of_another() -> None:
    first = rich_declared().calculations["laat"]
    around = first.model_copy(update={"id": "rond", "expr": written({"add": [{"calc": "laat"}, {"answer": "WEK01"}]})})
    calculations = {**rich_declared().calculations, "rond": around}
    readable = replace(READABLE, declared=replace(rich_declared(), calculations=calculations))
    (finding,) = check_expression(written({"gt": [{"calc": "rond"}, 1]}), BOOL, readable)
    assert finding.cause == "De berekening rond leest LAA01, en dat staat niet op een eerdere pagina."


@pytest.mark.parametrize("national", [True, False])
def test_only_a_national_definition_never_reads_local_items(national: bool) -> None:  # noqa: FBT001  # both cases
    local = rich_declared().items["GES01"].model_copy(update={"id": "gm0344.WIJ01"})
    declared = replace(rich_declared(), items={**rich_declared().items, "gm0344.WIJ01": local})
    readable = Readable(declared, frozenset(declared.items), national=national)
    found = findings({"eq": [{"answer": "gm0344.WIJ01"}, {"code": "ja"}]}, readable)
    assert found == ([("D08", "eq[0].answer")] if national else [])


def test_items_and_calculations_of_others_are_not_read() -> None:
    readable = Readable(rich_declared(), EVERYTHING, frozenset({"GES02", "lang"}))
    assert findings({"answered": {"answer": "GES02"}}, readable) == [("D08", "answered.answer")]
    assert findings({"calc": "lang"}, readable) == [("D08", "calc")]
    (finding,) = check_expression(written({"answered": {"answer": "GES03"}}), BOOL, readable)
    assert finding.cure == "Bedoelt u GES01?"


def test_an_expression_has_at_most_six_layers() -> None:
    def nested(layers: int) -> object:
        return TRUTH if layers == 2 else {"not": nested(layers - 1)}

    assert findings(nested(6)) == []
    assert findings(nested(7)) == [("D02", "")]


def test_an_expression_has_at_most_sixty_nodes() -> None:
    fits = {"any": [TRUTH] * 29 + [True]}
    assert findings(fits) == []
    assert findings({"any": [TRUTH] * 30}) == [("D02", "")]


def test_calculations_that_refer_to_each_other_do_not_grow_without_limit() -> None:
    """A hundred calculations that each use the one before twice would otherwise be written out as 2 to the 100th."""
    lang = rich_declared().calculations["lang"]
    doubling = {
        f"c{number}": lang.model_copy(update={"expr": written({"all": [{"calc": f"c{number - 1}"}] * 2})})
        for number in range(1, 100)
    }
    declared = replace(rich_declared(), calculations={"c0": lang, **doubling})
    readable = replace(READABLE, declared=declared)
    assert findings({"calc": "c5"}, readable) == []
    assert findings({"calc": "c6"}, readable) == [("D02", "")]
    assert findings({"calc": "c99"}, readable) == [("D02", "")]
