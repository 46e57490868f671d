from __future__ import annotations

import pytest
from expressing import assembled, faults, rich

from questionnaires.checks.pages import check_pages
from questionnaires.loading import check_files

CONDITION = "{eq: [{answer: GES01}, {code: ja}]}\n    when_unknown: hide"
LAST = "  - id: verhaal\n    items: [VER01@1]\n"


def faults_after(files: dict[str, str], old: str, new: str) -> list[tuple[str, str]]:
    """Return code and place of the problems of pages after one change in the worked example."""
    assert old in files["kern.yaml"], "the change must change something"
    return faults(check_pages, {**files, "kern.yaml": files["kern.yaml"].replace(old, new)})


def test_the_worked_example_has_no_problems(files: dict[str, str]) -> None:
    assert check_files(files) == ()
    assert faults(check_pages, files) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ("items: [VER01@1]", "items: [VER02@1]", "D01", "pages[5].items[0]"),
        ("items: [VER01@1]", "items: [VER01@2]", "D01", "pages[5].items[0]"),
        (CONDITION, CONDITION.replace("GES01", "GES02"), "D01", "pages[1].show_if.eq[0].answer"),
        (CONDITION, "{calc: lang_gewahct}\n    when_unknown: hide", "D01", "pages[1].show_if.calc"),
        (CONDITION, CONDITION.replace("code: ja", "code: jaa"), "D02", "pages[1].show_if.eq[1].code"),
        (CONDITION, "{answer: GES01}\n    when_unknown: hide", "D02", "pages[1].show_if"),
        (CONDITION, CONDITION.replace("GES01", "KWA01").replace("ja}", "eens}"), "D03", "pages[1].show_if.eq[0].answer"),
        (CONDITION, "{answered: {answer: TOE01}}", "D03", "pages[1].show_if.answered.answer"),
        (CONDITION, "{calc: lang_gewacht}\n    when_unknown: hide", "D03", "pages[1].show_if.calc"),
        (CONDITION, CONDITION.replace("\n    when_unknown: hide", ""), "D07", "pages[1].show_if"),
        ("  - id: hulp\n", "  - id: hulp\n    when_unknown: show\n", "D07", "pages[2].when_unknown"),
        (CONDITION, "{answered: {answer: gm0344.WIJ01}}", "D08", "pages[1].show_if.answered.answer"),
        ("  - id: hulp\n", "  - id: start\n", "D10", "pages[2].id"),
        ("items: [VER01@1]", "items: [GES01@1]", "D10", "pages[5].items[0]"),
        ("items: [VER01@1]", "items: [VER01@1, VER01@1]", "D10", "pages[5].items[1]"),
    ],
)  # fmt: skip  # one fault a line
def test_a_fault_in_a_page_is_found(files: dict[str, str], old: str, new: str, code: str, place: str) -> None:
    assert faults_after(files, old, new) == [(code, place)]


@pytest.mark.parametrize(
    "condition",
    [
        "{answered: {answer: GES01}}",
        "{not: {reason_is: [{answer: GES01}, skipped]}}",
        "{eq: [{response: mode}, {code: web}]}",
        "{gt: [{first_known: [{answer: TOE02}, 0]}, 6]}",
    ],
)
def test_a_condition_that_is_never_unknown_needs_no_rule_for_it(files: dict[str, str], condition: str) -> None:
    page = LAST.replace("    items", f"    show_if: {condition}\n    items")
    assert faults_after(files, LAST, page) == []


@pytest.mark.parametrize("condition", ["{calc: lang_gewacht}", "{eq: [{answer: GES01}, {code: ja}]}"])
def test_a_condition_that_may_be_unknown_needs_a_rule_for_it(files: dict[str, str], condition: str) -> None:
    page = LAST.replace("    items", f"    show_if: {condition}\n    items")
    assert faults_after(files, LAST, page) == [("D07", "pages[5].show_if")]


def test_an_item_that_comes_later_by_way_of_a_calculation_is_named_with_it(files: dict[str, str]) -> None:
    module = files["kern.yaml"].replace(CONDITION, "{calc: lang_gewacht}\n    when_unknown: hide")
    (problem,) = check_pages(assembled({**files, "kern.yaml": module}))
    assert problem.cause == "De berekening lang_gewacht leest TOE02, en dat staat niet op een eerdere pagina."


def test_a_problem_says_where_it_is_what_is_wrong_and_what_to_do(files: dict[str, str]) -> None:
    changed = {**files, "kern.yaml": files["kern.yaml"].replace("{code: geen}", "{code: gene}")}
    (problem,) = check_pages(assembled(changed))
    assert str(problem) == (
        "kern.yaml:21: D02 bij pages[3].show_if.all[1].not.includes[1].code: "
        "De code gene hoort niet bij de schaal soort_hulp@1. Bedoelt u geen?"
    )


def test_all_problems_are_found_at_once(files: dict[str, str]) -> None:
    module = files["kern.yaml"].replace("items: [VER01@1]", "items: [VER02@1]").replace("{code: geen}", "{code: gene}")
    library = files["bibliotheek.yaml"].replace("reason: not_applicable", "reason: dont_know")
    problems = check_files({"bibliotheek.yaml": library, "kern.yaml": module})
    assert {problem.code for problem in problems} >= {"D13", "D02", "D01"}


CORE_PAGES = """\
  - {id: keuzes, items: [GES01@1, WEK01@1]}
  - {id: laatste, items: [LAA01@1]}
  - slot: plek
  - {id: einde, items: [VER01@1]}
slots: {plek: {max_minutes: 5, max_items: 5, types: [scale, text], modules: ["nl.proef.keuze", "nl.proef.extra"]}}
"""
OPTIONAL = """\
format: "ceo-def/1"
kind: module
id: "nl.proef.keuze"
version: 1
title: "Keuze"
role: optional
uses: {libraries: ["nl.proef.alles"]}
pages:
  - {id: een, items: [GES02@1]}
  - {id: twee, show_if: CONDITION, when_unknown: show, items: [KWA01@1]}
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
items:
  gm0344.WIJ01@1: {concept: local, title: "Wijk", type: {scale: "ja_nee@1"}, reference_period: "now",
    text: {stem: "Woont u hier?"}}
  gm0344.WIJ02@1: {concept: local, title: "Waar", type: {text: {max_chars: 20}}, reference_period: "now",
    text: {stem: "Waar?"}}
slots:
  plek:
    - {id: wijk, items: [gm0344.WIJ01@1]}
    - {id: waar, show_if: CONDITION, when_unknown: show, items: [gm0344.WIJ02@1]}
"""
FINE = "{answered: {answer: GES02}}"


def extended(
    *, core: str = "true", optional: str = FINE, extension: str = "{answered: {answer: gm0344.WIJ01}}"
) -> dict[str, str]:
    """A core module with an optional module and an extension, each with a condition on its last page."""
    before = rich()["kern.yaml"].partition("pages:\n")[0]
    pages = CORE_PAGES.replace("id: einde,", f"id: einde, show_if: {core}, when_unknown: show,")
    return {
        **rich(),
        "kern.yaml": f"{before}pages:\n{pages}",
        "keuze.yaml": OPTIONAL.replace("CONDITION", optional),
        "ext.yaml": EXTENSION.replace("CONDITION", extension),
    }


def test_parts_that_read_their_own_have_no_problems() -> None:
    for name in ("nl.proef.kern", "nl.proef.keuze", "gm0344.proef"):
        assert faults(check_pages, extended(), name) == []


@pytest.mark.parametrize("item", ["GES02", "KWA01", "gm0344.WIJ01"])
def test_a_core_module_reads_no_item_of_what_is_added_to_it(item: str) -> None:
    files = extended(core=f"{{answered: {{answer: {item}}}}}")
    assert faults(check_pages, files, "gm0344.proef") == [("D08", "pages[3].show_if.answered.answer")]


@pytest.mark.parametrize("item", ["GES01", "WEK01", "gm0344.WIJ01"])
def test_an_optional_module_reads_no_item_outside_itself(item: str) -> None:
    files = extended(optional=f"{{answered: {{answer: {item}}}}}")
    for name in ("nl.proef.keuze", "gm0344.proef"):
        assert faults(check_pages, files, name) == [("D08", "pages[1].show_if.answered.answer")]


@pytest.mark.parametrize("item", ["GES01", "LAA01", "gm0344.WIJ01", "GES02"])
def test_an_extension_reads_the_core_and_what_it_added_itself(item: str) -> None:
    files = extended(extension=f"{{answered: {{answer: {item}}}}}")
    assert faults(check_pages, files, "gm0344.proef") == []


def test_an_extension_reads_nothing_that_comes_later() -> None:
    files = extended(extension="{answered: {answer: VER01}}")
    assert faults(check_pages, files, "gm0344.proef") == [("D03", "slots.plek[1].show_if.answered.answer")]


def test_an_item_that_the_core_asks_later_too_is_told_of_the_addition() -> None:
    files = extended()
    files["ext.yaml"] = (
        files["ext.yaml"]
        .replace("items: [gm0344.WIJ01@1]", "items: [VER01@1]")
        .replace("answer: gm0344.WIJ01", "answer: VER01")
    )
    (problem,) = check_pages(assembled(files, "gm0344.proef"))
    assert (problem.code, problem.file, problem.place) == ("D10", "ext.yaml", "slots.plek[0].items[0]")
    assert problem.cause == "De vraag VER01 staat er twee keer. De andere staat in nl.proef.kern@1."


def test_a_language_that_only_an_extension_has_may_be_compared_with() -> None:
    condition = "{eq: [{response: language}, {code: pl}]}"
    files = extended(extension=condition)
    assert faults(check_pages, files, "gm0344.proef") == [("D02", "slots.plek[1].show_if.eq[1].code")]
    files["ext.yaml"] += "languages: [nl, pl]\n"
    assert faults(check_pages, files, "gm0344.proef") == []
