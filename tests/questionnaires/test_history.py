"""Checks of names through time."""

from __future__ import annotations

import pytest

from questionnaires.checks.history import check_history
from questionnaires.problems import Problem
from questionnaires.sources import read_sources

HEAD = 'format: "ceo-def/1"\nkind: library\nid: "nl.proef.{}"\nsource_language: "nl"\n'
CODES = '{{code: ja, text: "{}"}}, {{code: nee, text: "Nee"}}'


def library(name: str, body: str) -> str:
    return HEAD.format(name) + body


def scale(reference: str, codes: str = CODES.format("Ja"), rest: str = "") -> str:
    return f"  {reference}: {{type: nominal, codes: [{codes}]{rest}}}\n"


def item(reference: str, stem: str = "Was er een gesprek?", rest: str = "", answer: str = '{scale: "ja_nee@1"}') -> str:
    return (
        f'  {reference}: {{concept: "toegang.contact", title: "Gesprek", type: {answer}, reference_period: "now",\n'
        f'    text: {{stem: "{stem}"}}{rest}}}\n'
    )


def composite(items: str) -> str:
    return f"composites:\n  duur@1: {{title: Duur, items: [{items}], min_valid: 1, direction: higher_is_better}}\n"


def extension(owner: str, version: int, body: str) -> str:
    return (
        f'format: "ceo-def/1"\nkind: extension\nid: "{owner}.eigen"\nowner: "{owner}"\nversion: {version}\n'
        f'title: "Eigen"\nextends: "nl.proef.kern@1"\n{body}'
    )


def problems_of(files: dict[str, str], background: dict[str, str] | None = None) -> list[Problem]:
    definitions = read_sources(files, None if background is None else read_sources(background))
    assert definitions.problems == []
    return list(check_history(definitions))


def told(*texts: str) -> list[tuple[str, str, str]]:
    """Return file, code and place of the problems in texts that are called 1.yaml, 2.yaml and so on."""
    found = problems_of({f"{number}.yaml": text for number, text in enumerate(texts, start=1)})
    assert all(problem.cause and problem.cure and problem.line > 0 for problem in found)
    return [(problem.file, problem.code, problem.place) for problem in found]


SCALES, ITEMS = "scales:\n", "items:\n"
REPAIR = ', spelling: {of: 1, approved_by: ["A", "B"]}'


def test_the_worked_example_has_no_problems(files: dict[str, str]) -> None:
    assert problems_of(files) == []


@pytest.mark.parametrize(
    ("first", "second", "place"),
    [
        (SCALES + scale("duur@1"), SCALES + scale("duur@1"), "scales.duur@1"),
        (SCALES + scale("duur@1"), SCALES + scale("duur@2"), "scales.duur@2"),
        (ITEMS + item("GES01@1"), ITEMS + item("GES01@1") + item("GES01@2"), "items.GES01@1"),
        (composite("AAA01@1, AAB01@1"), composite("AAC01@1, AAD01@1"), "composites.duur@1"),
        (
            'concepts: {"toegang.contact": {domain: toegang, definition: "Contact"}}\n',
            'concepts: {"toegang.contact": {domain: toegang, definition: "Iets anders"}}\n',
            "concepts.toegang.contact",
        ),
    ],
)
def test_an_id_is_of_one_library(first: str, second: str, place: str) -> None:
    assert told(library("een", first), library("twee", second)) == [("2.yaml", "D13", place)]


def test_a_scale_and_an_item_and_a_composite_may_be_called_the_same() -> None:
    composite = (
        "composites:\n  duur@1: {title: T, items: [GES01@1, GES02@1], min_valid: 1, direction: higher_is_better}\n"
    )
    assert told(library("een", SCALES + scale("duur@1")), library("twee", composite)) == []


def test_an_id_of_the_background_is_taken_and_the_background_is_not_told_about_itself() -> None:
    shipped = {"shipped.yaml": library("een", ITEMS + item("GES01@1") + item("GES01@3"))}
    own = library("twee", 'uses: {libraries: ["nl.proef.een"]}\n' + ITEMS + item("GES01@1"))
    assert [(one.file, one.place) for one in problems_of({"own.yaml": own}, shipped)] == [("own.yaml", "items.GES01@1")]


def test_libraries_that_never_meet_may_use_one_name() -> None:
    shipped = {"shipped.yaml": library("een", ITEMS + item("GES01@1"))}
    alone = {"own.yaml": library("twee", ITEMS + item("GES01@1"))}
    assert problems_of(alone, shipped) == []
    module = 'format: "ceo-def/1"\nkind: module\nid: "nl.proef.kern"\nversion: 1\ntitle: Kern\nrole: core\n'
    module += 'uses: {libraries: ["nl.proef.een", "nl.proef.weg"]}\npages: [{id: gesprek, items: [GES01@1]}]\n'
    assert [one.file for one in problems_of({**alone, "kern.yaml": module}, shipped)] == ["own.yaml"]


def test_an_own_library_stands_in_place_of_the_one_in_the_background() -> None:
    text = {"een.yaml": library("een", ITEMS + item("GES01@1"))}
    assert problems_of(text, text) == []


def test_a_retired_name_is_never_used_again() -> None:
    assert told(library("een", "retired: [GES01]\n" + ITEMS + item("GES01@1"))) == [("1.yaml", "D13", "items.GES01@1")]
    retired, used = library("een", "retired: [duur]\n"), library("twee", SCALES + scale("duur@1") + scale("tijd@1"))
    assert told(retired, used) == [("2.yaml", "D13", "scales.duur@1")]


@pytest.mark.parametrize(
    ("versions", "place"),
    [((1,), None), ((4,), None), ((2, 3, 4), None), ((4, 3, 2), None), ((1, 3), 3), ((3, 1, 2, 5), 5)],
)
def test_versions_count_up_from_any_number(versions: tuple[int, ...], place: int | None) -> None:
    text = library("een", ITEMS + "".join(item(f"GES01@{version}") for version in versions))
    assert told(text) == ([] if place is None else [("1.yaml", "D13", f"items.GES01@{place}")])


def test_versions_of_a_local_item_may_stand_in_extensions_that_are_not_there() -> None:
    old = extension("gm0344", 1, ITEMS + item("gm0344.GES01@1"))
    assert told(old, extension("gm0344", 2, ITEMS + item("gm0344.GES01@3"))) == []


def test_a_local_item_keeps_its_content_in_the_next_extension() -> None:
    old = extension("gm0344", 1, ITEMS + item("gm0344.GES01@1"))
    assert told(old, extension("gm0344", 2, ITEMS + item("gm0344.GES01@1"))) == []
    changed = extension("gm0344", 2, ITEMS + item("gm0344.GES01@1", "Was er contact?"))
    assert told(old, changed) == [("2.yaml", "D13", "items.gm0344.GES01@1")]
    assert [one.file for one in problems_of({"2.yaml": changed}, {"1.yaml": old})] == ["2.yaml"]


def test_a_local_name_without_the_prefix_of_the_owner_is_left_to_the_checks_of_slots() -> None:
    assert told(library("een", ITEMS + item("GES01@1")), extension("gm0344", 1, ITEMS + item("GES01@1"))) == []


def test_a_library_cannot_have_the_name_of_a_municipality() -> None:
    local = extension("gm0344", 1, ITEMS + item("gm0344.GES01@1"))
    assert told(library("een", ITEMS + item("gm0344.GES01@1")), local) == [("2.yaml", "D13", "items.gm0344.GES01@1")]


MISSING = ', missing: [{code: weet_niet, text: "Weet ik niet", reason: dont_know}]'
THREE = CODES.format("Ja") + ', {code: weet_niet, text: "Weet ik niet"}'


@pytest.mark.parametrize(
    ("later", "place"),
    [
        (scale("duur@2"), None),
        (scale("duur@2", CODES.format("Ja!")), "codes[0]"),
        (scale("duur@2", CODES.format("Ja!"), REPAIR), None),
        (scale("duur@2", CODES.format("Ja!").replace("ja,", "zeker,")), None),
        (scale("duur@2", CODES.format("Ja"), MISSING), None),
        (scale("duur@2", rest=MISSING) + scale("duur@3", THREE), "codes[2]"),
        (scale("duur@2", THREE) + scale("duur@3", rest=MISSING), "missing[0]"),
        (scale("duur@2", rest=MISSING) + scale("duur@3", rest=MISSING.replace("dont_know", "refused")), "missing[0]"),
    ],
)
def test_a_code_keeps_its_meaning(later: str, place: str | None) -> None:
    version = 3 if "duur@3" in later else 2
    expected = [] if place is None else [("1.yaml", "D13", f"scales.duur@{version}.{place}")]
    assert told(library("een", SCALES + scale("duur@1") + later)) == expected


def test_a_code_that_was_away_for_a_version_keeps_its_meaning() -> None:
    away = scale("duur@2", '{code: wel, text: "Wel"}, {code: nee, text: "Nee"}')
    back = scale("duur@3", CODES.format("Jawel"), ', spelling: {of: 2, approved_by: ["A", "B"]}')
    places = [place for _, _, place in told(library("een", SCALES + scale("duur@1") + away + back))]
    assert places == ["scales.duur@3.spelling", "scales.duur@3.codes[0]"]


def test_a_repaired_text_is_what_later_versions_are_compared_with() -> None:
    repaired = scale("duur@2", CODES.format("Ja!"), REPAIR)
    assert told(library("een", SCALES + scale("duur@1") + repaired + scale("duur@3", CODES.format("Ja!")))) == []
    back = scale("duur@3", CODES.format("Ja"))
    assert told(library("een", SCALES + scale("duur@1") + repaired + back)) == [
        ("1.yaml", "D13", "scales.duur@3.codes[0]")
    ]


NUMBER = '{integer: {min: 0, max: 9, unit: "weken"}}'
SOFT = ', soft_checks: [{id: a, when: true, ask: "Echd?"}], params: [loket]'


@pytest.mark.parametrize(
    ("first", "second", "place"),
    [
        (item("GES01@1", "Was er een gesprk?"), item("GES01@2", rest=REPAIR), None),
        (
            item("GES01@1", rest=SOFT, answer=NUMBER),
            item("GES01@2", rest=SOFT.replace("Echd", "Echt") + REPAIR, answer=NUMBER.replace("weken", "week")),
            None,
        ),
        (item("GES01@1"), item("GES01@2", rest=REPAIR, answer='{scale: "ja_nee@2"}'), "spelling"),
        (item("GES01@1"), item("GES01@2", rest=", params: [loket]" + REPAIR), "spelling"),
        (item("GES01@1", answer=NUMBER), item("GES01@2", rest=REPAIR, answer=NUMBER.replace("9", "8")), "spelling"),
        (item("GES01@1"), item("GES01@2", rest=REPAIR.replace("of: 1", "of: 2")), "spelling.of"),
        (item("GES01@1"), item("GES01@2", rest=REPAIR.replace("of: 1", "of: 3")), "spelling.of"),
        (item("GES01@1"), item("GES01@2", rest=REPAIR.replace('"A"', '"b"')), "spelling.approved_by"),
    ],
)
def test_a_repair_of_spelling_changes_texts_of_an_earlier_version_only(
    first: str, second: str, place: str | None
) -> None:
    expected = [] if place is None else [("1.yaml", "D13", f"items.GES01@2.{place}")]
    assert told(library("een", ITEMS + first + second)) == expected


def test_a_pipe_keeps_its_source_when_its_fallback_is_repaired() -> None:
    def piped(version: int, answer: str, fallback: str, rest: str = "") -> str:
        pipes = f', pipes: {{hulp: {{answer: {answer}, fallback: "{fallback}"}}}}'
        return item(f"GES01@{version}", "Hielp {hulp}?", pipes + rest)

    old = piped(1, "HUL01", "de hulpp")
    assert told(library("een", ITEMS + old + piped(2, "HUL01", "de hulp", REPAIR))) == []
    other = piped(2, "HUL02", "de hulp", REPAIR)
    assert told(library("een", ITEMS + old + other)) == [("1.yaml", "D13", "items.GES01@2.spelling")]


def test_the_message_about_a_repair_names_what_else_differs() -> None:
    changed = item("GES01@2", rest=", params: [loket]" + REPAIR, answer='{scale: "ja_nee@2"}')
    (problem,) = problems_of({"1.yaml": library("een", ITEMS + item("GES01@1") + changed)})
    assert problem.cause == "Dit verschilt van versie 1 in meer dan spelling: type, params."
