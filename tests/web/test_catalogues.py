"""The words of the pages in every language: none missing, none left over, none that says something else than the Dutch."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from web.trial import trial

from ceo.web.languages import LANGUAGE_NAMES, SOURCE_LANGUAGE, format_day, format_number, translations
from ceo.web.resident.fault_words import fault_words
from questionnaires.answering import AnswerError, Fault
from questionnaires.texts import direction_of

ROOT = Path(__file__).parents[2]
LOCALE = ROOT / "ceo/web/locale"
OTHERS = tuple(language for language in LANGUAGE_NAMES if language != SOURCE_LANGUAGE)
SCRIPTS = {"ar": {"ARABIC"}, "uk": {"CYRILLIC"}}
# Names that are the same everywhere, and the example of a code.
LATIN_EVERYWHERE = {
    "A",
    "AA",
    "Autoriteit",
    "BCDF",
    "BSN",
    "GHJK",
    "NVDA",
    "Nationale",
    "PDF",
    "Persoonsgegevens",
    "QR",
    "TalkBack",
    "VoiceOver",
    "WCAG",
    "axe",
    "ombudsman",
}
# A plural form that stands for one number only may say that number in a word.
ONE_NUMBER_EACH = {"ar": {0, 1, 2}}


# Residents read many languages; the workplace is in Dutch and English.
CATALOGUES = [*(("ceo", language) for language in OTHERS), ("staff", "en")]


@cache
def written(domain: str) -> dict[str, str]:
    """The messages of templates and code by their Dutch text, each with its plural or ""."""
    mappings = tomllib.loads((LOCALE / f"{domain}.toml").read_text())["mappings"]
    methods = [(mapping.pop("pattern"), mapping.pop("method")) for mapping in mappings]
    options = {pattern: mapping for (pattern, _), mapping in zip(methods, mappings, strict=True)}
    messages = (message for _, _, message, _, _ in extract_from_dir(ROOT, methods, options))
    return dict((one[0], one[1]) if isinstance(one, tuple) else (one, "") for one in messages)


@cache
def catalogue(domain: str, language: str) -> Catalog:
    with (LOCALE / language / f"LC_MESSAGES/{domain}.po").open("rb") as file:
        return read_po(file, locale=language)


def translated(domain: str, language: str) -> Iterator[tuple[str, int, str]]:
    """Yield each Dutch text with the number of a plural form and its translation."""
    for message in catalogue(domain, language):
        if message.id:
            source = message.id[0] if message.pluralizable else message.id
            forms = message.string if message.pluralizable else (message.string,)
            yield from ((source, number, form) for number, form in enumerate(forms))


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", text))


def test_every_language_has_a_catalogue_and_every_catalogue_a_language() -> None:
    assert {(file.stem, file.parts[-3]) for file in LOCALE.rglob("*.po")} == set(CATALOGUES)


@pytest.mark.parametrize(("domain", "language"), CATALOGUES)
def test_every_word_is_translated_and_no_translation_is_left_over(domain: str, language: str) -> None:
    kept = {
        message.id[0] if message.pluralizable else message.id for message in catalogue(domain, language) if message.id
    }
    assert len(kept) > 100
    assert set(written(domain)) - kept == set(), "missing"
    assert kept - set(written(domain)) == set(), "unused"
    assert [source for source, _, text in translated(domain, language) if not text.strip()] == []
    assert list(catalogue(domain, language).obsolete) == []


@pytest.mark.parametrize(("domain", "language"), CATALOGUES)
def test_no_translation_is_a_guess(domain: str, language: str) -> None:
    assert [message.id for message in catalogue(domain, language) if message.id and message.fuzzy] == []


@pytest.mark.parametrize(("domain", "language"), CATALOGUES)
def test_a_translation_has_the_placeholders_of_the_dutch(domain: str, language: str) -> None:
    different = []
    for source, number, text in translated(domain, language):
        left_out = placeholders(source) - placeholders(text)
        counted = left_out <= {"count", "minutes"} and number in ONE_NUMBER_EACH.get(language, set())
        if placeholders(text) - placeholders(source) or (left_out and not (written(domain)[source] and counted)):
            different.append((source, text))
    assert different == []


@pytest.mark.parametrize(("domain", "language"), CATALOGUES)
def test_a_plural_has_every_form_of_its_language(domain: str, language: str) -> None:
    for message in catalogue(domain, language):
        if message.pluralizable:
            assert message.id[1] == written(domain)[message.id[0]]
            assert len(message.string) == catalogue(domain, language).num_plurals


@pytest.mark.parametrize(("domain", "language"), CATALOGUES)
def test_a_translation_is_written_in_the_letters_of_its_language(domain: str, language: str) -> None:
    strange = []
    for _, _, text in translated(domain, language):
        for word in re.findall(r"[^\W\d_]+", re.sub(r"%\(\w+\)s", "", text)):
            scripts = {unicodedata.name(letter).split()[0] for letter in word}
            if word not in LATIN_EVERYWHERE and scripts != SCRIPTS.get(language, {"LATIN"}):
                strange.append(word)
    assert strange == []


@pytest.mark.parametrize(("domain", "language"), CATALOGUES)
def test_a_sentence_stays_a_sentence_and_a_name_a_name(domain: str, language: str) -> None:
    ends = {".": ".", "?": "?؟", ":": ":"}
    for source, _, text in translated(domain, language):
        allowed = ends.get(source[-1])
        assert (text[-1] in allowed) if allowed else (text[-1] not in ".:"), (source, text)


@pytest.mark.parametrize(("domain", "language"), CATALOGUES)
def test_a_translation_brings_no_markup_into_a_page(domain: str, language: str) -> None:
    # People fill in texts of letters with these two names, so the page about them tells them.
    found = [re.sub(r"\{(gemeente|sluitdatum)\}", "", text) for _, _, text in translated(domain, language)]
    assert [text for text in found if re.search(r"[<>&{}\n]", text)] == []


@pytest.mark.parametrize("language", LANGUAGE_NAMES)
@pytest.mark.parametrize("fault", Fault)
def test_every_mistake_is_told_in_every_language(language: str, fault: Fault) -> None:
    wording = trial().wording("ar" if language == "ar" else "nl")
    values = {"min": 0, "max": 1040, "day": date(2026, 3, 1), "code": "ja", "length": 3001}
    words = fault_words(trial(), AnswerError("PRA01", fault, values), wording, skip="Vraag overslaan")
    assert words
    assert "%(" not in words
    assert "{" not in words


def test_numbers_and_days_are_written_as_in_the_language() -> None:
    day = date(2026, 11, 21)
    assert {language: (format_number(12345, language), format_day(day, language)) for language in LANGUAGE_NAMES} == {
        "nl": ("12.345", "21 november 2026"),
        "en": ("12,345", "21 November 2026"),
        "de": ("12.345", "21. November 2026"),
        "fr": ("12\u202f345", "21 novembre 2026"),
        "tr": ("12.345", "21 Kasım 2026"),
        "ar": ("12,345", "21 نوفمبر 2026"),
        "pl": ("12\xa0345", "21 listopada 2026"),
        "uk": ("12\xa0345", "21 листопада 2026"),
    }


def test_only_arabic_runs_from_right_to_left() -> None:
    assert [language for language in LANGUAGE_NAMES if direction_of(language) == "rtl"] == ["ar"]


def test_a_catalogue_is_compiled_once() -> None:
    assert translations("uk") is translations("uk")
    assert (
        translations("uk")
        .ngettext("Het is %(count)s vraag.", "Het zijn hoogstens %(count)s vragen.", 5)
        .endswith("запитань.")
    )
