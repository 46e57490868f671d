from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from editing import edited, with_item
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.codebook import build_codebook
from questionnaires.comparability.fingerprints import (
    Fingerprints,
    fingerprints_of,
)
from questionnaires.definition import ItemText, Pipe
from questionnaires.loading import load_questionnaire
from questionnaires.publishing import publish
from questionnaires.questionnaire import Questionnaire

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=40).filter(
    str.strip
)


def changed(files: Mapping[str, str], *replacements: tuple[str, str]) -> Questionnaire:
    """The worked example with some of its words replaced; each must be there."""
    texts = dict(files)
    for old, new in replacements:
        assert any(old in text for text in texts.values()), old
        texts = {name: text.replace(old, new) for name, text in texts.items()}
    questionnaire = load_questionnaire(texts)
    assert isinstance(questionnaire, Questionnaire), [str(problem) for problem in questionnaire]
    return questionnaire


def with_text(questionnaire: Questionnaire, item: str, text: ItemText) -> Questionnaire:
    return with_item(questionnaire, questionnaire.item(item).model_copy(update={"text": text}))


def other_measurements(old: Questionnaire, new: Questionnaire) -> set[str]:
    return _other(old, new, "measurement")


def other_contexts(old: Questionnaire, new: Questionnaire) -> set[str]:
    return _other(old, new, "context")


def _other(old: Questionnaire, new: Questionnaire, kind: str) -> set[str]:
    before, now = fingerprints_of(old), fingerprints_of(new)
    return {item for item in before if item in now and getattr(before[item], kind) != getattr(now[item], kind)}


def test_a_fingerprint_names_its_method(worked: Questionnaire) -> None:
    for one in fingerprints_of(worked).values():
        assert re.fullmatch(r"sha256:[0-9a-f]{64}", one.measurement)
        assert re.fullmatch(r"sha256:[0-9a-f]{64}", one.context)


def test_a_published_version_and_its_codebook_carry_them(worked: Questionnaire) -> None:
    published = publish(worked)
    assert published.fingerprints == fingerprints_of(worked)
    assert published.fingerprints is published.fingerprints
    variable = build_codebook(published).variable("KWA01")
    assert Fingerprints(variable.measurement, variable.context) == published.fingerprints["KWA01"]


@given(help_text=TEXTS)
def test_a_help_text_changes_the_content_and_no_fingerprint(worked: Questionnaire, help_text: str) -> None:
    explained = with_text(worked, "KWA01", ItemText(stem=worked.item("KWA01").text.stem, help=help_text))
    assert publish(explained).content_hash != publish(worked).content_hash
    assert fingerprints_of(explained) == fingerprints_of(worked)


@given(stem=TEXTS)
def test_any_other_word_in_a_question_changes_its_measurement_only(worked: Questionnaire, stem: str) -> None:
    reworded = publish(with_text(worked, "KWA01", ItemText(stem=f"Anders: {stem}"))).questionnaire
    assert other_measurements(worked, reworded) == {"KWA01"}
    assert other_contexts(worked, reworded) == set()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('title: "Serieus"', 'title: "Serieus genomen"'),
        ('title: "Proef"', 'title: "Andere proef"'),
        ('{stem: "De medewerker nam mij serieus."}', '{stem: "De medewerker nam mij serieus.", audio: "serieus"}'),
        ("  - id: contact\n", '  - id: contact\n    title: "Het contact"\n'),
        ("id: contact", "id: gesprek-zelf"),
        ("breakdowns: [GES01]", "breakdowns: []"),
    ],
)
def test_what_is_shown_beside_the_question_changes_no_fingerprint(
    files: dict[str, str], worked: Questionnaire, old: str, new: str
) -> None:
    assert fingerprints_of(changed(files, (old, new))) == fingerprints_of(worked)


@pytest.mark.parametrize(
    ("old", "new", "items"),
    [
        ('concept: "kwaliteit.bejegening"', 'concept: "effect.zelf_doen"', {"KWA01"}),
        ('text: "Tussenin"', 'text: "Geen van beide"', {"TOE01", "KWA01", "EFF01"}),
        ("value: 5, stance", "value: 6, stance", {"TOE01", "KWA01", "EFF01"}),
        ("value: 3, stance: neutral", "value: 3, stance: negative", {"TOE01", "KWA01", "EFF01"}),
        (
            '      - {code: nvt, text: "Niet van toepassing", reason: not_applicable}\n',
            "",
            {"TOE01", "KWA01", "EFF01"},
        ),
        ("max: 104", "max: 52", {"TOE02"}),
        ('unit: "week"', 'unit: "maand"', {"TOE02"}),
        ('reference_period: "now"', 'reference_period: "P4W"', {"EFF01"}),
        ('title: "Serieus", type', 'title: "Serieus", polarity: negative, type', {"KWA01"}),
        ("when_unknown: hide", "when_unknown: show", {"TOE01", "TOE02"}),
        ("{ge: [{count_selected: {answer: PRO01}}, 1]}", "{ge: [{count_selected: {answer: PRO01}}, 2]}", {"EFF01"}),
    ],
)
def test_each_part_of_the_measurement_changes_the_fingerprint_of_the_items_that_have_it(
    files: dict[str, str], worked: Questionnaire, old: str, new: str, items: set[str]
) -> None:
    assert other_measurements(worked, changed(files, (old, new))) == items


def test_a_calculation_in_a_condition_is_the_expression_that_it_stands_for(files: dict[str, str]) -> None:
    page = "  - id: verhaal\n    show_if: {}\n    when_unknown: hide\n"
    named = changed(files, ("  - id: verhaal\n", page.format("{calc: lang_gewacht}")))
    written = changed(files, ("  - id: verhaal\n", page.format("{gt: [{answer: TOE02}, 6]}")))
    other = changed(
        files,
        ("  - id: verhaal\n", page.format("{calc: lang_gewacht}")),
        ("[{answer: TOE02}, 6]", "[{answer: TOE02}, 8]"),
    )
    assert fingerprints_of(named)["VER01"].measurement == fingerprints_of(written)["VER01"].measurement
    assert fingerprints_of(named)["VER01"].measurement != fingerprints_of(other)["VER01"].measurement


def test_who_is_asked_the_items_that_a_condition_reads_counts_too(files: dict[str, str]) -> None:
    page = ("  - id: verhaal\n", "  - id: verhaal\n    show_if: {gt: [{answer: TOE02}, 6]}\n    when_unknown: hide\n")
    before = changed(files, page)
    after = changed(files, page, ("when_unknown: hide\n    items: [TOE01@1", "when_unknown: show\n    items: [TOE01@1"))
    assert other_measurements(before, after) == {"TOE01", "TOE02", "VER01"}


def test_what_can_be_answered_to_the_items_that_a_condition_reads_counts_too(
    files: dict[str, str], worked: Questionnaire
) -> None:
    option = '      - {code: hulpmiddel, text: "Hulpmiddel"}\n'
    more = changed(files, (option, f'{option}      - {{code: vervoer, text: "Vervoer"}}\n'))
    assert other_measurements(worked, more) == {"PRO01", "KWA01", "EFF01"}


def test_the_order_of_the_options_is_context(files: dict[str, str], worked: Questionnaire) -> None:
    turned = changed(
        files,
        (
            '[{code: ja, text: "Ja"}, {code: nee, text: "Nee"}]',
            '[{code: nee, text: "Nee"}, {code: ja, text: "Ja"}]',
        ),
    )
    assert (other_measurements(worked, turned), other_contexts(worked, turned)) == (set(), {"GES01"})


def test_what_comes_before_an_item_is_context_for_what_follows(files: dict[str, str], worked: Questionnaire) -> None:
    moved = changed(
        files,
        ("  - id: verhaal\n    items: [VER01@1]\n", ""),
        ("  - id: hulp\n", "  - id: verhaal\n    items: [VER01@1]\n  - id: hulp\n"),
    )
    assert other_measurements(worked, moved) == set()
    assert other_contexts(worked, moved) == {"VER01", "PRO01", "KWA01", "EFF01"}


def test_the_items_on_a_page_are_context_for_each_other(files: dict[str, str], worked: Questionnaire) -> None:
    shown = "    show_if: {eq: [{answer: GES01}, {code: ja}]}\n    when_unknown: hide\n"
    apart = changed(
        files,
        (
            "    items: [TOE01@1, TOE02@1]\n",
            f"    items: [TOE01@1]\n  - id: weken\n{shown}    items: [TOE02@1]\n",
        ),
    )
    assert (other_measurements(worked, apart), other_contexts(worked, apart)) == (set(), {"TOE01", "TOE02"})


def test_modes_and_registers_are_context_for_all(worked: Questionnaire) -> None:
    for other in (edited(worked, modes=("web", "phone")), edited(worked, registers=("standard", "easy"))):
        assert other_measurements(worked, other) == set()
        assert other_contexts(worked, other) == {item.id for item in worked.items}


def test_an_easy_text_is_context_where_easy_reading_is_offered(worked: Questionnaire) -> None:
    easy = ItemText(stem=worked.item("KWA01").text.stem, stem_easy="Iemand luisterde naar mij.")
    assert fingerprints_of(with_text(worked, "KWA01", easy)) == fingerprints_of(worked)
    offered = edited(worked, registers=("standard", "easy"))
    assert other_measurements(offered, with_text(offered, "KWA01", easy)) == set()
    assert other_contexts(offered, with_text(offered, "KWA01", easy)) == {"KWA01"}


def test_words_for_an_unknown_answer_are_context_where_the_easy_text_has_room_for_them(worked: Questionnaire) -> None:
    def asking(stem_easy: str, fallback_easy: str) -> Questionnaire:
        pipe = Pipe(answer="TOE02", fallback="een aantal", fallback_easy=fallback_easy)
        text = ItemText(stem="Na {weken} weken werd ik serieus genomen.", stem_easy=stem_easy)
        asked = worked.item("KWA01").model_copy(update={"text": text, "pipes": {"weken": pipe}})
        return edited(with_item(worked, asked), registers=("standard", "easy"))

    for stem_easy, others in (("Na {weken} weken was het goed.", {"KWA01"}), ("Toen was het goed.", set())):
        assert other_contexts(asking(stem_easy, "een paar"), asking(stem_easy, "wat")) == others


def test_what_a_municipality_adds_leaves_the_fingerprints_of_the_core_as_they_are(worked: Questionnaire) -> None:
    local = worked.item("TOE01").model_copy(update={"id": "gm0344.TOE01"})
    page = worked.page("verhaal").model_copy(
        update={"id": "gm0344.buurt", "part": "gm0344.eigen@1", "items": ("gm0344.TOE01",)}
    )
    added = edited(
        worked,
        items=(*worked.items[:-1], local, worked.items[-1]),
        pages=(*worked.pages[:-1], page, worked.pages[-1]),
    )
    found = fingerprints_of(added)
    assert {item: found[item] for item in worked.items_by_id} == fingerprints_of(worked)
