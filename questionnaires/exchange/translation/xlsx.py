"""Translation files for agencies as a spreadsheet: one sheet with each Dutch text and what it says in the language."""

from __future__ import annotations

from typing import Final

from questionnaires.exchange.spreadsheets.columns import GUIDE
from questionnaires.exchange.spreadsheets.drafts import Draft, Drafts
from questionnaires.exchange.spreadsheets.entry_reading import Reading
from questionnaires.exchange.spreadsheets.entry_writing import add_entries
from questionnaires.exchange.spreadsheets.reading import read_sheets
from questionnaires.exchange.spreadsheets.writing import Book, ColumnLook
from questionnaires.exchange.translation.drafting import draft_texts
from questionnaires.exchange.translation.layout import (
    TRANSLATION_COLUMNS,
    TRANSLATIONS,
    translation_entries,
    translation_sheet,
)
from questionnaires.exchange.translation.parts import texts_to_translate
from questionnaires.exchange.translation.returning import returned_texts
from questionnaires.problems import Problem
from questionnaires.resolving import Part
from questionnaires.sources import Definitions
from questionnaires.texts import direction_of

_GUIDE_LOOKS: Final = (ColumnLook("Kolom", 18), ColumnLook("Betekenis", 100))
_USE: Final = (
    "Vul de kolom Vertaling in. De andere kolommen zijn om te lezen; in Opmerking mag u iets kwijt.",
    "Vertaal de betekenis. Gebruik korte zinnen en gewone woorden.",
    "Teksten met .easy in de sleutel zijn voor mensen die moeilijk lezen: gebruik daar de makkelijkste woorden.",
    "Woorden tussen accolades, zoals {loket}, blijven staan zoals ze zijn. Hun plaats in de zin mag veranderen.",
    "Antwoorden van één schaal (sleutels die met scale beginnen) vertaalt u het best samen.",
)


def write_translation_xlsx(part: Part, language: str, definitions: Definitions) -> bytes:
    """Return the spreadsheet with all texts of a module or extension, for a translator into a language."""
    book = Book(f"{part.content.title} ({language})")
    meanings = [(column.header, column.meaning) for column in TRANSLATION_COLUMNS]
    book.add(GUIDE, _GUIDE_LOOKS, [*(("Zo werkt het", text) for text in _USE), *meanings])
    entries = translation_entries(part.content, language, definitions)
    add_entries(book, translation_sheet(language), entries, right_to_left=direction_of(language) == "rtl")
    return book.content()


def read_translation_xlsx(
    content: bytes, file: str, part: Part, definitions: Definitions
) -> dict[str, str] | tuple[Problem, ...]:
    """Return texts files (name -> YAML) of a spreadsheet that a translator filled in, or all its problems by cell."""
    sheets = read_sheets(content, file)
    if isinstance(sheets, Problem):
        return (sheets,)
    if not any(name.startswith(TRANSLATIONS) for name in sheets):
        cause = f"Er is geen blad waarvan de naam met {TRANSLATIONS.strip()} begint."
        return (Problem(file, 1, "", "W02", cause, "Geef het blad de naam die het had, zoals Taal tr."),)
    reading = Reading(file, sheets)
    own = Draft({"id": part.content.id, "version": part.content.version})
    libraries = (of for of in texts_to_translate(part.content, definitions) if of != part.content.reference)
    drafts = Drafts(own, {library: Draft({}) for library in libraries})
    draft_texts(reading, drafts)
    if reading.problems:
        return tuple(sorted(reading.problems))
    documents = [texts.document(file) for texts in drafts.texts.values()]
    return returned_texts(documents, drafts.emptied, part, definitions)
