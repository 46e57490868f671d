from __future__ import annotations

import pytest

from questionnaires.loading import check_files


def problems_after(files: dict[str, str], file: str, old: str, new: str) -> list[tuple[str, str]]:
    """Return code and place of the problems after one change in one file; each has a line, a cause and a cure."""
    assert old in files[file], "the change must change something"
    problems = check_files({**files, file: files[file].replace(old, new)})
    assert all(p.line > 0 and p.cause and p.cure and p.file for p in problems)
    return [(problem.code, problem.place) for problem in problems]


def test_the_worked_example_has_no_problems(files: dict[str, str]) -> None:
    assert check_files(files) == ()


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ('concept: "toegang.vinden"', 'concept: "toegang.vindne"', "D01", "items.TOE01.concept"),
        ('TOE01: {version: 1, concept: "toegang.vinden", title: "Goede plek", type: {scale: "eens5@1"}',
         'TOE01: {version: 1, concept: "toegang.vinden", title: "Goede plek", type: {scale: "eens5@2"}',
         "D01", "items.TOE01.type.scale"),
        ("  ja_nee:\n", "  ja_nee:\n    id: nee_ja\n", "D01", "scales.ja_nee.id"),
        ('{code: nee, text: "Nee"}', '{code: ja, text: "Nee"}', "D13", "scales.ja_nee"),
        ('{code: nee, text: "Nee"}', '{code: nee, text: "Ja"}', "D13", "scales.ja_nee"),
        ('{code: nee, text: "Nee"}', '{code: weet_niet, text: "Nee"}', "D13", "scales.ja_nee"),
        ("reason: not_applicable", "reason: dont_know", "D13", "scales.eens5"),
        ("type: multi", "type: nominal", "D13", "scales.soort_hulp.exclusive"),
        ("min: 0, max: 104", "min: 104, max: 0", "D13", "items.TOE02.type.integer"),
        ("min: 0, max: 104", "min: 104, max: 104", "D13", "items.TOE02.type.integer"),
        ('unit: "week"', 'unit: "week", score: {map: linear_0_100, positive_from: 0}', "D14",
         "items.TOE02.type.integer.score.positive_from"),
        ('unit: "week"', 'unit: "week", score: {map: linear_0_100, positive_from: 105}', "D14",
         "items.TOE02.type.integer.score.positive_from"),
        ("type: ordinal", "type: nominal", "D14", "scales.eens5.score"),
        ("value: 3, ", "", "D14", "scales.eens5.codes"),
        ("value: 3, ", "value: 4, ", "D14", "scales.eens5.codes"),
        ("value: 3, ", "value: 7, ", "D14", "scales.eens5.codes"),
        ("stance: neutral", "stance: positive", "", ""),
        (", stance: neutral", "", "D14", "scales.eens5.codes"),
        ("value: 5, stance: positive", "value: 5, stance: negative", "D14", "scales.eens5.codes"),
        ("score: {map: linear_0_100}", "score: {map: linear_0_100}\n    polarity: negative", "D14", "scales.eens5.codes"),
    ],
)  # fmt: skip  # one fault a line
def test_a_fault_in_a_library_is_found(files: dict[str, str], old: str, new: str, code: str, place: str) -> None:
    found = problems_after({"bibliotheek.yaml": files["bibliotheek.yaml"]}, "bibliotheek.yaml", old, new)
    assert found == ([(code, place)] if code else [])


def test_a_scale_that_does_not_exist_is_told_once(files: dict[str, str]) -> None:
    problems = problems_after(files, "bibliotheek.yaml", "eens5@1", "eens5@2")
    assert problems == [("D01", f"items.{item}.type.scale") for item in ("TOE01", "KWA01", "EFF01")]


def test_a_theme_score_may_ask_for_every_part(files: dict[str, str]) -> None:
    assert problems_after(files, "kern.yaml", "min_valid: 2", "min_valid: 3") == []


def test_a_scale_without_scores_needs_no_values(files: dict[str, str]) -> None:
    text = files["bibliotheek.yaml"].replace("    score: {map: linear_0_100}\n", "").replace("value: 3, ", "")
    problems = check_files({"bibliotheek.yaml": text, "kern.yaml": files["kern.yaml"]})
    assert {problem.place for problem in problems} == {f"composites.ervaring.items[{n}]" for n in range(3)}


CONDITION = "{eq: [{answer: GES01}, {code: ja}]}\n    when_unknown: hide"
LAST = "  - id: verhaal\n    items: [VER01]\n"


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ("items: [VER01]", "items: [VER02]", "D01", "pages[5].items[0]"),
        ('uses: {library: "nl.proef.bibliotheek"}', 'uses: {library: "nl.proef.bibliotheekje"}', "D01", "uses.library"),
        ("items: [TOE01, KWA01, EFF01]", "items: [TOE01, KWA01, EFF02]", "D01", "composites.ervaring.items[2]"),
        ("breakdowns: [GES01]", "breakdowns: [GES02]", "D01", "breakdowns[0]"),
        ("  ervaring: {", "  ervaring: {id: anders, ", "D01", "composites.ervaring.id"),
        (CONDITION, CONDITION.replace("GES01", "GES02"), "D01", "pages[1].show_if.eq[0].answer"),
        (
            CONDITION,
            CONDITION.replace("GES01", "KWA01").replace("ja}", "eens}"),
            "D03",
            "pages[1].show_if.eq[0].answer",
        ),
        (CONDITION, "{answered: {answer: TOE01}}", "D03", "pages[1].show_if.answered.answer"),
        (CONDITION, CONDITION.replace("\n    when_unknown: hide", ""), "D07", "pages[1].show_if"),
        ("  - id: hulp\n", "  - id: hulp\n    when_unknown: show\n", "D07", "pages[2].when_unknown"),
        ("  - id: hulp\n", "  - id: start\n", "D10", "pages[2].id"),
        ("items: [VER01]", "items: [GES01]", "D10", "pages[5].items[0]"),
        ("items: [VER01]", "items: [VER01, VER01]", "D10", "pages[5].items[1]"),
        ("breakdowns: [GES01]", "breakdowns: [GES01, GES01]", "D10", "breakdowns"),
        ("breakdowns: [GES01]", "breakdowns: [TOE02]", "D02", "breakdowns[0]"),
        ("breakdowns: [GES01]", "breakdowns: [PRO01]", "D02", "breakdowns[0]"),
        ("min_valid: 2", "min_valid: 4", "D14", "composites.ervaring.min_valid"),
        ("items: [TOE01, KWA01, EFF01]", "items: [TOE01, KWA01, KWA01]", "D14", "composites.ervaring.items"),
        ("items: [TOE01, KWA01, EFF01]", "items: [TOE01, KWA01, GES01]", "D14", "composites.ervaring.items[2]"),
        ("items: [TOE01, KWA01, EFF01]", "items: [TOE01, KWA01, TOE02]", "D14", "composites.ervaring.items[2]"),
        ("items: [TOE01, KWA01, EFF01]", "items: [TOE01, KWA01, VER01]", "D14", "composites.ervaring.items[2]"),
    ],
)
def test_a_fault_in_a_module_is_found(files: dict[str, str], old: str, new: str, code: str, place: str) -> None:
    found = problems_after(files, "kern.yaml", old, new)
    assert found == [(code, place)]


def last_page(condition: str) -> str:
    return f"  - id: verhaal\n    show_if: {condition}\n    when_unknown: show\n    items: [VER01]\n"


@pytest.mark.parametrize(
    ("condition", "place"),
    [
        ("{eq: [{answer: GES01}, {code: jaa}]}", "eq[1].code"),
        ("{eq: [{code: jaa}, {answer: GES01}]}", "eq[0].code"),
        ("{eq: [{answer: GES01}, {code: weet_niet}]}", "eq[1].code"),
        ("{in: [{answer: GES01}, [{code: ja}, {code: niet}]]}", "in[1][1].code"),
        ("{includes: [{answer: PRO01}, {code: geenn}]}", "includes[1].code"),
        ("{includes: [{answer: GES01}, {code: ja}]}", "includes[0]"),
        ("{ge: [{count_selected: {answer: GES01}}, 1]}", "ge[0].count_selected"),
        ("{in: [{answer: PRO01}, [{code: geen}]]}", "in[0]"),
        ("{eq: [{answer: PRO01}, {code: geen}]}", "eq[0]"),
        ("{eq: [{code: geen}, {answer: PRO01}]}", "eq[1]"),
        ("{eq: [{answer: GES01}, 1]}", "eq[1]"),
        ("{eq: [{answer: GES01}, true]}", "eq[1]"),
        ("{eq: [{answer: TOE02}, {answered: {answer: GES01}}]}", "eq[1]"),
        ("{eq: [{answer: GES01}, {answer: KWA01}]}", "eq"),
        ("{eq: [1, 1]}", "eq"),
        ("{ne: [{code: ja}, {code: ja}]}", "ne"),
        ("{lt: [1, 2]}", "lt"),
        ("{gt: [{answer: GES01}, 1]}", "gt[0]"),
        ("{le: [1, {answer: KWA01}]}", "le[1]"),
        ("{answer: TOE02}", ""),
        ("{answer: GES01}", ""),
        ("{count_selected: {answer: PRO01}}", ""),
        ("3", ""),
        ("{all: [true, {answer: GES01}]}", "all[1]"),
        ("{any: [{code: ja}]}", "any[0]"),
        ("{not: {answer: TOE02}}", "not"),
    ],
)
def test_a_condition_whose_types_do_not_fit_is_found(files: dict[str, str], condition: str, place: str) -> None:
    found = problems_after(files, "kern.yaml", LAST, last_page(condition))
    assert found == [("D02", ".".join(part for part in ("pages[5].show_if", place) if part))]


@pytest.mark.parametrize(
    "condition",
    [
        "{eq: [{answer: KWA01}, {answer: EFF01}]}",
        "{eq: [{answer: TOE02}, 3]}",
        "{eq: [{answered: {answer: GES01}}, true]}",
        "{ne: [{count_selected: {answer: PRO01}}, {answer: TOE02}]}",
        "{lt: [1, {answer: TOE02}]}",
        "{in: [{answer: KWA01}, [{code: eens}, {code: helemaal_eens}]]}",
        "{reason_is: [{answer: PRO01}, dont_know]}",
        "{any: [true, {not: {includes: [{answer: PRO01}, {code: geen}]}}]}",
    ],
)
def test_a_condition_whose_types_fit_has_no_problems(files: dict[str, str], condition: str) -> None:
    assert problems_after(files, "kern.yaml", LAST, last_page(condition)) == []


def test_a_story_can_only_be_tested_for_presence(files: dict[str, str]) -> None:
    last = "  - id: einde\n    show_if: {}\n    when_unknown: show\n    items: [EFF01]\n"
    module = files["kern.yaml"].replace("  - id: effect\n", "  - id: effect_weg\n").replace("[EFF01]\n", "[VER01]\n")
    module = module.replace(LAST, last)
    for condition, problems in (
        ("{answered: {answer: VER01}}", []),
        ("{eq: [{answer: VER01}, {code: x}]}", [("D02", "pages[5].show_if.eq[0]")]),
    ):
        changed = {**files, "kern.yaml": module.replace("{}", condition)}
        assert [(problem.code, problem.place) for problem in check_files(changed)] == problems


@pytest.mark.parametrize("condition", ["{answered: {answer: GES01}}", "{not: {reason_is: [{answer: GES01}, skipped]}}"])
def test_a_condition_that_is_never_unknown_needs_no_rule_for_it(files: dict[str, str], condition: str) -> None:
    page = last_page(condition).replace("    when_unknown: show\n", "")
    assert problems_after(files, "kern.yaml", LAST, page) == []


def test_a_condition_that_is_too_deep_or_too_large_is_found(files: dict[str, str]) -> None:
    deep = "{not: " * 5 + "{answered: {answer: GES01}}" + "}" * 5
    large = "{any: [" + ", ".join(["{answered: {answer: GES01}}"] * 30) + "]}"
    assert problems_after(files, "kern.yaml", LAST, last_page(deep)) == [("D02", "pages[5].show_if")]
    assert problems_after(files, "kern.yaml", LAST, last_page(large)) == [("D02", "pages[5].show_if")]


def test_all_problems_are_found_at_once(files: dict[str, str]) -> None:
    module = files["kern.yaml"].replace("items: [VER01]", "items: [VER02]").replace("{code: geen}", "{code: gene}")
    library = files["bibliotheek.yaml"].replace("reason: not_applicable", "reason: dont_know")
    problems = check_files({"bibliotheek.yaml": library, "kern.yaml": module})
    assert [problem.code for problem in problems] == ["D13", "D02", "D01"]


def test_a_problem_says_where_it_is_what_is_wrong_and_what_to_do(files: dict[str, str]) -> None:
    changed = {**files, "kern.yaml": files["kern.yaml"].replace("{code: geen}", "{code: gene}")}
    (problem,) = check_files(changed)
    assert str(problem) == (
        "kern.yaml:20: D02 bij pages[3].show_if.all[1].not.includes[1].code: "
        "De code gene hoort niet bij de schaal soort_hulp@1 van PRO01. Bedoelt u geen?"
    )
