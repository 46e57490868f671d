"""Writing an author's workbook: a module with all that it uses, or an extension, and its translations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from questionnaires.exchange.spreadsheets.columns import GUIDE, SheetForm
from questionnaires.exchange.spreadsheets.entry_writing import add_entries, look_of, shown
from questionnaires.exchange.spreadsheets.writing import Book, ColumnLook
from questionnaires.exchange.translation.layout import translation_entries, translation_sheet
from questionnaires.exchange.translation.parts import languages_of
from questionnaires.exchange.workbook.entries import entries_of
from questionnaires.exchange.workbook.layout import EXTENSION_SHEETS, MODULE_SHEETS
from questionnaires.modules import Module
from questionnaires.resolving import Part
from questionnaires.sources import Definitions
from questionnaires.texts import direction_of

_GUIDE_LOOKS: Final = (
    ColumnLook("Blad", 18),
    ColumnLook("Kolom", 34),
    ColumnLook("Betekenis", 90),
    ColumnLook("In YAML", 34),
)
_RECORD_LOOKS: Final = (ColumnLook("Eigenschap", 22), ColumnLook("Waarde", 60), ColumnLook("Betekenis", 70))
_USE: Final = (
    "Elk blad is een lijst. De bovenste rij zegt wat er in elke kolom staat. U mag rijen en kolommen verplaatsen.",
    "Een lege cel betekent: niet ingevuld. Een streepje (-) betekent: een lege lijst.",
    "Wat is uitgegeven, verandert niet. Wilt u een vraag wijzigen? Maak een rij met de volgende versie, zoals TOE01@2.",
    "Gebruik die nieuwe versie op het blad Pagina's, en verhoog de versie op het blad Vragenlijst.",
    "Laat gaten zoals {loket} staan zoals ze zijn.",
    "Eigen bladen en kolommen mogen: laat de naam met # beginnen. Ze worden niet ingelezen.",
    "Cellen hebben de opmaak Tekst. Zo maakt het rekenblad van 0344 of 1-2 niets anders.",
)
_CONDITIONS: Final = (
    ("GES01 = ja", "Vraag GES01 heeft als antwoord de code ja. Ook: <> (is niet), <, <=, >, >=."),
    ("GES01 in (ja, nee)", "Het antwoord is een van deze codes."),
    ("PRO01 bevat geen", "Bij een vraag met meer antwoorden: dit is gekozen."),
    ("aantal(PRO01) >= 2", "Zo veel antwoorden zijn gekozen."),
    ("GES01 = ja en niet (PRO01 bevat geen)", "En, of, niet. Zet haakjes als u en en of door elkaar gebruikt."),
    ("ingevuld(TOE02)", "De vraag heeft een antwoord."),
    (
        "reden(TOE02, overgeslagen)",
        "Waarom er geen waarde is: niet_gevraagd, overgeslagen, weet_niet, niet_van_toepassing, wil_niet_zeggen.",
    ),
    ("TOE02 + 2 > 6", "Rekenen kan met +, -, * en getallen met een punt, zoals 1.5."),
    (
        "som(waarden van TOE02, TOE03; minstens 1)",
        "Som of gemiddelde van waarden of scores; minstens zo veel moeten bekend zijn.",
    ),
    ("laagste(TOE02, TOE03)", "Laagste of hoogste; alleen bekend als alle delen bekend zijn."),
    ("maanden(DAT01, 2027-01-31)", "Hele maanden of jaren tussen twee dagen."),
    ("als(GES01 = ja, TOE02, 0)", "Het tweede als het eerste waar is, anders het derde."),
    ("eerste_bekende(TOE02, 0)", "Het eerste dat niet onbekend is."),
    ("berekening(lang_gewacht)", "Een berekening van het blad Berekeningen."),
    ("steekproef(soort)", "Een kenmerk van het blad Steekproef."),
    ("invullen(taal) = tr", "Hoe iemand invult: taal, afname, register of begonnen_op."),
    ('"en"', "Een code die ook een woord van de voorwaarde is, staat tussen aanhalingstekens."),
)


def write_workbook(part: Part, definitions: Definitions) -> bytes:
    """Return the workbook of a module or extension that has passed the checks. The same definitions give the same bytes."""
    content = part.content
    record, *sheets = MODULE_SHEETS if isinstance(content, Module) else EXTENSION_SHEETS
    languages = languages_of(content, definitions)
    entries = entries_of(content, definitions)
    book = Book(content.title)
    book.add(GUIDE, _GUIDE_LOOKS, list(_guide([record, *sheets, *map(translation_sheet, languages[:1])])))
    (properties,) = entries[record.name]
    rows = [(column.header, look_of(column), shown(column, properties), column.meaning) for column in record.columns]
    book.add_record(record.name, _RECORD_LOOKS, rows)
    for sheet in sheets:
        add_entries(book, sheet, entries[sheet.name])
    for language in languages:
        translations = translation_entries(content, language, definitions)
        rtl = direction_of(language) == "rtl"
        add_entries(book, translation_sheet(language), translations, right_to_left=rtl)
    return book.content()


def _guide(sheets: list[SheetForm]) -> Iterator[tuple[str, str, str, str]]:
    for text in _USE:
        yield "Zo werkt het", "", text, ""
    for sheet in sheets:
        yield sheet.name, "", sheet.meaning, ""
        for column in sheet.columns:
            yield "", column.header, column.meaning, ".".join(column.path)
    for example, meaning in _CONDITIONS:
        yield "Voorwaarden", example, meaning, ""
