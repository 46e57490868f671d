from __future__ import annotations

import json

import pytest
from expressing import LIBRARY, assembled, faults, rich

from questionnaires.checks.soft_checks import check_soft_checks

WEEKS = 'unit: "week"}},\n    reference_period: "now"'


def doubting(condition: object) -> dict[str, str]:
    """The module with a soft check at the number of weeks, on the second page."""
    check = f'unit: "week"}}}},\n    soft_checks: [{{id: lang, when: {json.dumps(condition)}, ask: "Klopt dat?"}}], reference_period: "now"'
    assert WEEKS in LIBRARY
    return {**rich(), "alles.yaml": LIBRARY.replace(WEEKS, check)}


@pytest.mark.parametrize("item", ["WEK01", "WEK02", "GES01"])
def test_a_soft_check_may_read_its_own_page_and_earlier_ones(item: str) -> None:
    assert faults(check_soft_checks, doubting({"answered": {"answer": item}})) == []


@pytest.mark.parametrize(
    ("condition", "code", "cause"),
    [
        ({"answered": {"answer": "WEK09"}}, "D01", "De vraag WEK09 staat niet in deze vragenlijst."),
        ({"answer": "WEK01"}, "D02", "Hier hoort waar of onwaar; dit is een heel getal."),
        ({"answered": {"answer": "LAA01"}}, "D03", "De vraag LAA01 staat niet op een eerdere pagina."),
        ({"gt": [{"calc": "laat"}, 3]}, "D03", "De berekening laat leest LAA01, en dat staat niet op een eerdere pagina."),
        ({"answered": {"answer": "gm0344.WIJ01"}}, "D08",
         "De vraag gm0344.WIJ01 is van een ander: dit deel van de vragenlijst mag die niet lezen."),
    ],
)  # fmt: skip  # one fault a line
def test_a_soft_check_that_does_not_fit_is_told_where_its_item_is_asked(
    condition: object, code: str, cause: str
) -> None:
    (problem,) = check_soft_checks(assembled(doubting(condition)))
    assert (problem.file, problem.place, problem.code) == ("kern.yaml", "pages[1].items[0]", code)
    assert problem.cause == f"De zachte controle lang van WEK01@1: {cause}"


def test_a_soft_check_of_an_extension_is_told_where_it_is_written() -> None:
    extension = """\
format: "ceo-def/1"
kind: extension
id: "gm0344.proef"
owner: "gm0344"
version: 1
title: "Eigen"
extends: "nl.proef.kern@1"
items:
  gm0344.UUR01@1: {concept: local, title: "Uren", type: {integer: {min: 0, max: 99, unit: "uur"}}, reference_period: "now",
    text: {stem: "Hoeveel uur?"}, soft_checks: [{id: veel, when: {gt: [{answer: gm0344.UUR01}, ja]}, ask: "Klopt dat?"}]}
slots: {plek: [{id: uren, items: [gm0344.UUR01@1]}]}
"""
    core = rich()["kern.yaml"].replace(
        "calculations:", "  - slot: plek\nslots: {plek: {max_minutes: 5}}\ncalculations:"
    )
    files = {**rich(), "kern.yaml": core, "ext.yaml": extension.replace("ja]", "{code: ja}]")}
    place = "items.gm0344.UUR01@1.soft_checks[0].when.gt[1]"
    assert faults(check_soft_checks, files, "gm0344.proef") == [("D02", place)]


def test_an_item_that_does_not_exist_has_no_soft_checks() -> None:
    files = rich()
    files["kern.yaml"] = files["kern.yaml"].replace("LAA01@1", "LAA09@1")
    assert faults(check_soft_checks, files) == []
