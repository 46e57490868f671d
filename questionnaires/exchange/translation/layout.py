"""How translations stand in a spreadsheet: the sheet of a language, and what is on its rows."""

from __future__ import annotations

from typing import Final

from questionnaires.exchange.spreadsheets.cells import Choice
from questionnaires.exchange.spreadsheets.columns import MIDDLE, STATUSES, TEXT, WIDE, WIDEST, Column, SheetForm
from questionnaires.exchange.spreadsheets.entry_writing import Values
from questionnaires.exchange.translation.rows import translation_rows
from questionnaires.modules import Extension, Module
from questionnaires.sources import Definitions

TRANSLATIONS: Final = "Taal "  # with the code of the language behind it
THIS: Final = "deze vragenlijst"  # the module or extension itself, where a library could stand too

TRANSLATION_COLUMNS: Final = (
    Column("Hoort bij", ("of",), TEXT, f"De bibliotheek, of: {THIS}.", MIDDLE),
    Column("Sleutel", ("key",), TEXT, "Welke tekst het is.", WIDE),
    Column("Nederlands", ("source",), TEXT, "De tekst die vertaald is of vertaald moet worden.", WIDEST),
    Column("Vertaling", ("text",), TEXT, "Leeg: nog niet vertaald. Laat {gaten} staan.", WIDEST),
    Column("Status", ("status",), Choice(STATUSES), "Leeg: concept.", MIDDLE),
    Column("Opmerking", ("note",), TEXT, "Van de vertaler.", WIDE),
    Column(
        "Verouderd",
        ("stale",),
        TEXT,
        "Staat hier iets, dan is het Nederlands veranderd na de vertaling. Maak de cel leeg als de vertaling weer klopt.",
        MIDDLE,
    ),
)


def translation_sheet(language: str) -> SheetForm:
    """Return the sheet for the texts in a language."""
    return SheetForm(TRANSLATIONS + language, "De teksten in deze taal.", TRANSLATION_COLUMNS)


def translation_entries(part: Module | Extension, language: str, definitions: Definitions) -> list[Values]:
    """Return the rows with the texts of a module or extension in a language."""
    return [
        {
            "of": THIS if row.of == part.reference else row.of,
            "key": row.key,
            "source": row.source,
            "text": row.text,
            "status": row.status,
            "note": row.note,
            "stale": row.stale,
        }
        for row in translation_rows(part, language, definitions)
    ]
