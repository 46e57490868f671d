from __future__ import annotations

from questionnaires.definition import Questionnaire
from questionnaires.loading import check_files, load_questionnaire, shipped_definitions
from questionnaires.problems import Problem


def refused(files: dict[str, str], module_id: str | None = None) -> list[tuple[str, str]]:
    found = load_questionnaire(files, module_id)
    assert not isinstance(found, Questionnaire)
    assert all(isinstance(problem, Problem) for problem in found)
    return [(problem.file, problem.code) for problem in found]


def test_a_module_is_resolved_with_what_it_uses_and_nothing_else(files: dict[str, str]) -> None:
    text = files["kern.yaml"].replace("  - id: hulp\n    items: [PRO01]\n", "")
    start = text.index("  - id: contact")
    module = text[:start] + "  - id: einde\n    items: [KWA01, EFF01]\n" + text[text.index("composites:") :]
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
    assert worked.exclusive_codes["PRO01"] == {"geen"}


def test_a_module_alone_finds_the_shipped_library() -> None:
    module = shipped_definitions()["wmo-kern.yaml"]
    assert isinstance(load_questionnaire({"eigen.yaml": module}), Questionnaire)
    assert check_files({"eigen.yaml": module}) == ()


def test_a_given_library_goes_before_the_shipped_one_of_the_same_name() -> None:
    shipped = shipped_definitions()
    library = shipped["bibliotheek.yaml"].replace("Hoe oud bent u?", "Wat is uw leeftijd?")
    found = load_questionnaire({"b.yaml": library, "m.yaml": shipped["wmo-kern.yaml"]})
    assert isinstance(found, Questionnaire)
    assert found.item("LFT01").text.stem == "Wat is uw leeftijd?"


def test_a_library_that_cannot_be_read_is_not_replaced_by_the_shipped_one() -> None:
    shipped = dict(shipped_definitions())
    library = shipped["bibliotheek.yaml"].replace("source_language:", "taal:").replace("  GSL01:", "  GSL02:")
    module = shipped["wmo-kern.yaml"].replace("[GSL01]", "[GSL02]")
    assert refused({"b.yaml": library, "m.yaml": module}) == [("b.yaml", "F01"), ("b.yaml", "F02")]


def test_with_more_modules_one_must_be_chosen(files: dict[str, str]) -> None:
    both = {**files, "ander.yaml": files["kern.yaml"].replace("nl.proef.kern", "nl.proef.ander")}
    assert refused(both) == [("bibliotheek.yaml", "D01")]
    found = load_questionnaire(both, "nl.proef.ander")
    assert isinstance(found, Questionnaire)
    assert found.id == "nl.proef.ander"


def test_a_module_that_is_not_there_is_refused_with_the_nearest_name(files: dict[str, str]) -> None:
    found = load_questionnaire(files, "nl.proef.kren")
    assert isinstance(found, tuple)
    assert found[0].cure == "Bedoelt u nl.proef.kern?"


def test_files_without_a_module_are_refused(files: dict[str, str]) -> None:
    assert refused({"bibliotheek.yaml": files["bibliotheek.yaml"]}) == [("bibliotheek.yaml", "D01")]
    assert refused({}) == [("", "D01")]


def test_an_id_belongs_to_one_file(files: dict[str, str]) -> None:
    assert refused({**files, "z.yaml": files["kern.yaml"]}) == [("z.yaml", "D01")]
    assert refused({**files, "z.yaml": files["bibliotheek.yaml"]}) == [("z.yaml", "D01")]


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
    assert refused(texts) == [("a.yaml", "D13"), ("b.yaml", "F04"), ("c.yaml", "Y04")]


def test_a_misspelt_id_of_an_entry_has_its_line(files: dict[str, str]) -> None:
    module = files["kern.yaml"].replace("  ervaring: {", "  Ervaring!: {")
    (problem,) = check_files({**files, "kern.yaml": module})
    assert (problem.code, problem.line, problem.place) == ("F05", 30, "composites.Ervaring!.id")
    assert problem.cure.endswith("Bijvoorbeeld: weet_niet.")


def test_an_entry_that_is_no_block_is_refused(files: dict[str, str]) -> None:
    module = files["kern.yaml"].split("  ervaring:")[0] + "  ervaring: 3\n"
    assert [problem.code for problem in check_files({**files, "kern.yaml": module})] == ["F03"]
    module = files["kern.yaml"].split("composites:")[0] + "composites: 3\n"
    assert [problem.code for problem in check_files({**files, "kern.yaml": module})] == ["F03"]
