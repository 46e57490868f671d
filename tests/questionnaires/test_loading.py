from __future__ import annotations

import pytest

from questionnaires.loading import check_files, load_questionnaire, load_shipped
from questionnaires.problems import Problem
from questionnaires.questionnaire import Questionnaire
from questionnaires.sources import shipped_definitions, shipped_sources

LIBRARIES, MODULES = "bibliotheken", "vragenlijsten"


def refused(files: dict[str, str], name: str | None = None) -> list[tuple[str, str]]:
    found = load_questionnaire(files, name)
    assert not isinstance(found, Questionnaire)
    assert all(isinstance(problem, Problem) for problem in found)
    return [(problem.file, problem.code) for problem in found]


def shipped(folder: str, name: str) -> str:
    return shipped_definitions()[f"{folder}/{name}.yaml"]


def test_a_module_is_resolved_with_what_it_uses_and_nothing_else(files: dict[str, str]) -> None:
    module = files["kern.yaml"].partition("  - id: hulp\n")[0] + "  - id: einde\n    items: [KWA01@2, EFF01@1]\n"
    found = load_questionnaire({**files, "kern.yaml": module})
    assert isinstance(found, Questionnaire)
    assert [item.id for item in found.items] == ["GES01", "TOE01", "TOE02", "KWA01", "EFF01"]
    assert [scale.reference for scale in found.scales] == ["eens5@1", "ja_nee@1"]
    assert "profiel.soort_hulp" not in {concept.id for concept in found.concepts}


def test_lookups_find_items_pages_and_scales(worked: Questionnaire) -> None:
    assert worked.item("KWA01").version == 2
    assert worked.page("contact").items == ("KWA01",)
    scale = worked.scale_of(worked.item("PRO01"))
    assert scale is not None
    assert scale.reference == "soort_hulp@1"
    assert worked.scale_of(worked.item("TOE02")) is None


def test_a_module_alone_finds_the_shipped_library() -> None:
    module = shipped(MODULES, "mantelzorg-1")
    assert isinstance(load_questionnaire({"eigen.yaml": module}), Questionnaire)
    assert check_files({"eigen.yaml": module}) == ()


def test_a_given_library_goes_before_the_shipped_one_of_the_same_name() -> None:
    own = shipped(LIBRARIES, "wmo").replace("reference_period: P12M", "reference_period: P6M")
    own = own.replace('reference_period: "P12M"', 'reference_period: "P6M"')
    module = shipped(MODULES, "wmo-1").replace("languages: [nl, en, tr, ar, pl, uk]", "languages: [nl]")
    found = load_questionnaire({"b.yaml": own, "m.yaml": module}, "wmo@1")
    assert isinstance(found, Questionnaire)
    assert found.item("TOE01").reference_period == "P6M"


def test_a_library_that_cannot_be_read_is_not_replaced_by_the_shipped_one() -> None:
    library = shipped(LIBRARIES, "wmo").replace("source_language:", "taal:")
    module = shipped(MODULES, "wmo-1")
    assert {file for file, _ in refused({"b.yaml": library, "m.yaml": module})} == {"b.yaml"}


def test_with_more_modules_one_must_be_chosen(files: dict[str, str]) -> None:
    both = {**files, "ander.yaml": files["kern.yaml"].replace("nl.proef.kern", "nl.proef.ander")}
    assert refused(both) == [("bibliotheek.yaml", "D01")]
    found = load_questionnaire(both, "nl.proef.ander")
    assert isinstance(found, Questionnaire)
    assert found.id == "nl.proef.ander"


@pytest.mark.parametrize("name", ["nl.proef.kern@3", "nl.proef.kern", "proef.kern", "kern@3", "kern"])
def test_a_name_needs_to_be_no_longer_than_is_clear(files: dict[str, str], name: str) -> None:
    found = load_questionnaire(files, name)
    assert isinstance(found, Questionnaire)
    assert found.reference == "nl.proef.kern@3"


def test_a_name_that_fits_more_versions_is_refused_with_the_choice(files: dict[str, str]) -> None:
    both = {**files, "vier.yaml": files["kern.yaml"].replace("version: 3", "version: 4")}
    found = load_questionnaire(both, "kern")
    assert isinstance(found, tuple)
    assert found[0].cure == "Kies er een: nl.proef.kern@3, nl.proef.kern@4."


def test_a_module_that_is_not_there_is_refused_with_the_nearest_name(files: dict[str, str]) -> None:
    found = load_questionnaire(files, "nl.proef.kren@3")
    assert isinstance(found, tuple)
    assert (found[0].code, found[0].cure) == ("D01", "Bedoelt u nl.proef.kern@3?")


def test_what_is_not_among_the_files_is_taken_from_the_shipped_ones(files: dict[str, str]) -> None:
    assert load_questionnaire(files, "mantelzorg@1") == load_shipped("nl.ceo.mantelzorg@1")


def test_files_without_a_module_are_refused(files: dict[str, str]) -> None:
    assert refused({"bibliotheek.yaml": files["bibliotheek.yaml"]}) == [("bibliotheek.yaml", "D01")]


def test_an_id_belongs_to_one_file(files: dict[str, str]) -> None:
    assert ("z.yaml", "D01") in refused({**files, "z.yaml": files["kern.yaml"]})
    assert ("z.yaml", "D01") in refused({**files, "z.yaml": files["bibliotheek.yaml"]})


def test_a_file_must_say_what_it_is() -> None:
    assert refused({"a.yaml": "kind: vragen\n", "b.yaml": "- 1\n", "c.yaml": "x: 1\n"}) == [
        ("a.yaml", "D01"),
        ("b.yaml", "D01"),
        ("c.yaml", "D01"),
    ]


def test_problems_of_text_form_and_content_come_together(files: dict[str, str]) -> None:
    library = files["bibliotheek.yaml"].replace("reason: not_applicable", "reason: dont_know")
    module = files["kern.yaml"].replace("when_unknown: hide", "when_unknown: verberg")
    texts = {"a.yaml": library, "b.yaml": module, "c.yaml": "kind: module\nkind: library\n"}
    assert set(refused(texts)) == {("a.yaml", "D13"), ("b.yaml", "F04"), ("c.yaml", "Y04")}


def test_a_misspelt_name_of_an_entry_has_its_line(files: dict[str, str]) -> None:
    module = files["kern.yaml"].replace("  lang_gewacht: {", "  Lang!: {")
    problems = {(one.code, one.line, one.place): one for one in check_files({**files, "kern.yaml": module})}
    line = module[: module.index("  Lang!:")].count("\n") + 1
    assert ("F05", line, "calculations.Lang!.id") in problems
    assert problems["F05", line, "calculations.Lang!.id"].cure.endswith("Bijvoorbeeld: weet_niet.")


def test_an_entry_that_is_no_block_is_refused(files: dict[str, str]) -> None:
    module = files["kern.yaml"].split("calculations:")[0]
    for calculations in ("calculations: 3\n", "calculations:\n  lang: 3\n"):
        found = check_files({**files, "kern.yaml": module + calculations})
        assert [problem.code for problem in found] == ["F03"]


def test_a_module_has_at_most_a_hundred_calculations(files: dict[str, str]) -> None:
    start = files["kern.yaml"].split("calculations:")[0] + "calculations:\n"
    many = start + "".join(f"  c{number}: {{type: bool, expr: true}}\n" for number in range(101))
    (problem,) = check_files({**files, "kern.yaml": many})
    assert (problem.code, problem.place, problem.cure) == ("F05", "calculations", "Er mogen er hoogstens 100 staan.")


def test_the_shipped_definitions_are_read_once() -> None:
    assert shipped_sources() is shipped_sources()
    assert load_shipped("wmo@1") is load_shipped("wmo@1")


def test_a_scale_that_is_not_there_is_told_though_a_condition_reads_the_question(files: dict[str, str]) -> None:
    library = files["bibliotheek.yaml"].replace(
        'title: "Gesprek", type: {scale: "ja_nee@1"}', 'title: "Gesprek", type: {scale: "ja_nee@2"}'
    )
    problems = check_files({**files, "bibliotheek.yaml": library})
    assert [(problem.code, problem.place) for problem in problems] == [("D01", "items.GES01@1.type.scale")]
