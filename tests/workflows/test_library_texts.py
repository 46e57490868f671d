from typing import Final

import pytest
from national import BRIDGE, CROSSWALK, LIBRARY, TODAY, library_with_repair

from ceo.workflows.library.crosswalk_forms import CrosswalkForm, Fault, Faults, find_ends, pairs_to_map, write_crosswalk
from ceo.workflows.library.current import NationalLibrary, text_digest
from ceo.workflows.library.drafted import DraftedLibrary, DraftFile
from ceo.workflows.library.texts import TextState, Translated, text_lines, texts_overview, translate_texts
from questionnaires.comparability.crosswalks import EvidenceKind
from questionnaires.texts import Status

SHIPPED: Final = NationalLibrary()
OF: Final = "nl.ceo.wmo-vragen"
STEM: Final = "item.GES01@2.stem"


def with_repair() -> DraftedLibrary:
    return DraftedLibrary(SHIPPED, {LIBRARY: DraftFile(library_with_repair(), text_digest(SHIPPED.files[LIBRARY]))})


def translated(drafted: DraftedLibrary, given: dict[str, Translated], language: str = "tr") -> DraftedLibrary:
    named = translate_texts(drafted, OF, language, given)
    assert named is not None
    return DraftedLibrary(SHIPPED, {**drafted.drafted, named[0]: named[1]})


def state(drafted: DraftedLibrary, key: str, language: str = "tr") -> TextState:
    return next(line.state for line in text_lines(drafted.definitions, OF, language) if line.key == key)


def test_shipped_texts_are_complete_concepts() -> None:
    line = next(one for one in texts_overview(SHIPPED.definitions) if (one.of, one.language) == (OF, "tr"))
    assert (line.to_do, line.states[TextState.DRAFT]) == (0, line.total)


def test_a_new_question_is_missing_in_every_language() -> None:
    assert state(with_repair(), STEM) is TextState.MISSING
    line = next(one for one in texts_overview(with_repair().definitions) if (one.of, one.language) == (OF, "tr"))
    assert line.to_do == 4


def test_a_translation_is_kept_with_its_status_and_the_rest_of_the_file_stays() -> None:
    drafted = translated(with_repair(), {STEM: Translated("Görüştünüz  mü?", Status.REVIEWED)})
    line = next(one for one in text_lines(drafted.definitions, OF, "tr") if one.key == STEM)
    assert (line.text, line.state) == ("Görüştünüz mü?", TextState.APPROVED)
    assert state(drafted, "item.GES01@1.stem") is TextState.DRAFT
    assert list(drafted.drafted) == [LIBRARY, "teksten/tr/wmo-vragen.yaml"]
    assert not [problem for problem in drafted.problems if not problem.warning]


def test_a_translation_that_is_emptied_is_missing() -> None:
    drafted = translated(with_repair(), {"item.GES01@1.stem": Translated(" ", Status.DRAFT)})
    assert state(drafted, "item.GES01@1.stem") is TextState.MISSING


def test_a_stale_text_stays_stale_until_it_is_changed_or_said_to_be_still_good() -> None:
    changed = library_with_repair().replace("Had u, de", "Had u ooit, de")
    first = translated(with_repair(), {STEM: Translated("Görüştünüz mü?", Status.REVIEWED)})
    drafted = DraftedLibrary(SHIPPED, {**first.drafted, LIBRARY: DraftFile(changed, first.drafted[LIBRARY].base)})
    assert state(drafted, STEM) is TextState.STALE
    same = translated(drafted, {STEM: Translated("Görüştünüz mü?", Status.REVIEWED)})
    assert state(same, STEM) is TextState.STALE
    good = translated(drafted, {STEM: Translated("Görüştünüz mü?", Status.REVIEWED, still_good=True)})
    assert state(good, STEM) is TextState.APPROVED
    other = translated(drafted, {STEM: Translated("Hiç görüştünüz mü?", Status.DRAFT)})
    assert state(other, STEM) is TextState.DRAFT


def test_a_new_language_gets_a_file_of_its_own() -> None:
    drafted = translated(with_repair(), {STEM: Translated("Avez-vous parlé avec la commune ?", Status.DRAFT)}, "fr")
    assert list(drafted.drafted) == [LIBRARY, "teksten/fr/nl.ceo.wmo-vragen.fr.yaml"]
    assert drafted.problems == ()


def test_an_unknown_library_has_no_texts() -> None:
    assert text_lines(SHIPPED.definitions, "nl.ceo.weg", "tr") == ()
    assert translate_texts(with_repair(), "nl.ceo.weg", "tr", {}) is None


def form(**given: object) -> CrosswalkForm:
    values: dict[str, object] = {
        "old": "TOE02@1",
        "new": "TOE02@2",
        "mapping": {},
        "evidence": EvidenceKind.BRIDGING_SAMPLE,
        "report": "Verslag van de proef in drie gemeenten.",
        "respondents": 412,
    }
    return CrosswalkForm(**{**values, **given})  # type: ignore[arg-type]  # named in each test


def faults(filled: CrosswalkForm) -> dict[Fault, tuple[str, ...]]:
    found = write_crosswalk(filled, SHIPPED.definitions, SHIPPED, TODAY)
    assert isinstance(found, Faults), found
    return dict(found.found)


def test_a_form_becomes_a_crosswalk_that_passes_the_checks() -> None:
    found = write_crosswalk(form(), SHIPPED.definitions, SHIPPED, TODAY)
    assert not isinstance(found, Faults)
    name, text = found
    drafted = DraftedLibrary(SHIPPED, {name: DraftFile(text, "")})
    assert (name, drafted.problems) == (CROSSWALK, ())
    written = DraftedLibrary(SHIPPED, {CROSSWALK: DraftFile(BRIDGE, "")})
    assert drafted.new_parts == written.new_parts


def test_answers_that_were_split_and_stayed_become_a_full_mapping() -> None:
    ends = find_ends(SHIPPED.definitions, "HUL01@1", "HUL01@2")
    assert ends is not None
    mapping = {code: (code,) for code in ends.old_codes if code in ends.new_codes}
    full = form(old="HUL01@1", new="HUL01@2", evidence=EvidenceKind.FULL_MAPPING, respondents=None, mapping=mapping)
    assert faults(full) == {
        Fault.UNMAPPED: ("begeleiding",),
        Fault.UNREACHED: ("begeleiding_thuis", "begeleiding_buiten"),
    }
    split = {**mapping, "begeleiding": ("begeleiding_thuis", "begeleiding_buiten")}
    filled = form(old="HUL01@1", new="HUL01@2", evidence=EvidenceKind.FULL_MAPPING, respondents=None, mapping=split)
    found = write_crosswalk(filled, SHIPPED.definitions, SHIPPED, TODAY)
    assert not isinstance(found, Faults)
    assert found[0] == "bibliotheken/overgang-hul01-1-2-nr2.yaml"  # the first name is taken


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"report": " "}, Fault.REPORT),
        ({"report": "x" * 501}, Fault.REPORT),
        ({"respondents": None}, Fault.RESPONDENTS),
        ({"respondents": 0}, Fault.RESPONDENTS),
        ({"old": "TOE02@2", "new": "TOE02@1"}, Fault.VERSIONS),
        ({"old": "TOE02@2"}, Fault.VERSIONS),
        ({"new": "TOE01@1"}, Fault.VERSIONS),
        ({"mapping": {"eens": ("bestaat_niet",)}}, Fault.UNKNOWN_CODE),
    ],
)
def test_a_form_that_is_not_complete_says_where(given: dict[str, object], fault: Fault) -> None:
    assert list(faults(form(**given))) == [fault]


def test_a_test_of_easy_texts_can_be_about_one_version() -> None:
    easy = form(old="TOE02@2", evidence=EvidenceKind.EQUIVALENCE_TEST, respondents=None)
    assert not isinstance(write_crosswalk(easy, SHIPPED.definitions, SHIPPED, TODAY), Faults)


def test_the_versions_that_can_be_connected_are_those_of_one_question() -> None:
    assert ("De hulp begon toen het nodig was", "TOE02@1", "TOE02@2") in pairs_to_map(SHIPPED.definitions)
