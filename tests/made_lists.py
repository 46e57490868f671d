"""Made-up lists of clients: the same seed gives the same list, with or without mistakes, as CSV, XLSX or ODS."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from html import escape
from typing import Final, TypeAlias

Cell: TypeAlias = "str | date"
Rows: TypeAlias = "list[list[Cell]]"
Table: TypeAlias = "Sequence[Sequence[Cell]]"  # rows of which nothing is changed

HEAD: Final = [
    "Cliëntnummer", "Wet", "Product", "Aanbieder", "Toegekend", "Begindatum", "Einddatum", "Geboortedatum", "Geslacht", "Taal",
    "Naam", "Straat", "Huisnummer", "Postcode", "Plaats", "E-mail", "Telefoon",
]  # fmt: skip
COLUMN: Final = {name: place for place, name in enumerate(HEAD)}
_PRODUCTS: Final = {
    "Wmo": ("Begeleiding", "Hulp bij het huishouden", "Dagbesteding", "Rolstoel"),
    "Jeugdwet": ("Ambulante jeugdhulp", "Jeugdhulp met verblijf"),
}
_FIRST: Final = (
    "Anna",
    "Bas",
    "Carla",
    "Driss",
    "Emine",
    "Fatma",
    "Gijs",
    "Hülya",
    "Ilse",
    "Józef",
    "Koen",
    "Lotte",
    "Mo",
    "Zoë",
)
_LAST: Final = (
    "de Vries",
    "Jansen",
    "Yılmaz",
    "Bakker",
    "van den Berg",
    "El Amrani",
    "Kowalska",
    "Smit",
    "Öztürk",
    "'t Hart",
)
_STREETS: Final = ("Dorpsstraat", "Kerkweg", "Laan van Meerdervoort", "Burgemeester Reigerstraat", "Plein 1944")


def made_list(rows: int, seed: int = 0) -> Rows:
    """Return a list with a head and so many lines; one in ten is a second support of somebody before. Nothing is wrong in it."""
    chance = random.Random(seed)
    made: Rows = [list(HEAD)]
    for number in range(rows):
        if number > 10 and chance.random() < 0.1:
            line = list(made[chance.randrange(1, len(made))])
            _support(chance, line)
        else:
            line = _person(chance, number)
        made.append(line)
    return made


def with_mistakes(rows: Rows, number: int, seed: int = 0) -> tuple[Rows, dict[tuple[int, str], str]]:
    """Return a list with so many mistakes, each in another line and by turns of another kind; and their cells with the code of the fault.

    A cell is the number of its row (the head is 1) and the letter of its column. The list that is given stays as it is.
    """
    chance = random.Random(seed)
    made = [list(row) for row in rows]
    alone = _alone(made)
    expected: dict[tuple[int, str], str] = {}
    for turn, place in enumerate(chance.sample(alone, number)):
        name, code, value = _MISTAKES[turn % len(_MISTAKES)]
        made[place][COLUMN[name]] = value(made[place][COLUMN[name]])
        expected[place + 1, chr(ord("A") + COLUMN[name])] = code
        if code.startswith("contradicts"):
            # The line before says otherwise about the same client.
            other = list(rows[place])
            made.append(made[place])
            made[place] = other
            del expected[place + 1, chr(ord("A") + COLUMN[name])]
            expected[len(made), chr(ord("A") + COLUMN[name])] = code
    return made, expected


def written_csv(rows: Table, *, encoding: str = "utf-8-sig", separator: str = ";") -> bytes:
    """Return a list as CSV; days as the Dutch write them."""
    file = io.StringIO()
    csv.writer(file, delimiter=separator).writerows(
        [f"{cell.day}-{cell.month}-{cell.year}" if isinstance(cell, date) else cell for cell in row] for row in rows
    )
    return file.getvalue().encode(encoding)


def written_xlsx(rows: Table) -> bytes:
    """Return a list as a workbook of Excel, with days as days."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Lijst")
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def written_ods(rows: Table) -> bytes:
    """Return a list as a workbook of LibreOffice, with as many empty rows behind it as LibreOffice writes."""
    body = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    empty = (
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/>'
        "</table:table-row>"
    )
    return packed_ods(f'<table:table table:name="Lijst">{body}{empty}</table:table>')


def packed_ods(tables: str) -> bytes:
    """Return a workbook of LibreOffice with these tables."""
    names = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{full}:1.0"'
        for short, full in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    content = f"<office:document-content{names}>{body}</office:document-content>"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", '<?xml version="1.0" encoding="UTF-8"?>' + content)
    return file.getvalue()


def pieces(content: bytes, size: int = 1000) -> Sequence[bytes]:
    """Return bytes in pieces."""
    return [content[start : start + size] for start in range(0, len(content), size)]


def _person(chance: random.Random, number: int) -> list[Cell]:
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    line: list[Cell] = [""] * len(HEAD)
    line[COLUMN["Cliëntnummer"]] = f"C{number + 100:06}"
    _support(chance, line)
    young = line[COLUMN["Wet"]] == "Jeugdwet"
    days = chance.randrange(1500, 6000) if young else chance.randrange(7000, 35000)
    line[COLUMN["Geboortedatum"]] = date(2026, 1, 1) - timedelta(days=days)
    line[COLUMN["Geslacht"]] = chance.choice(("M", "V", "v", "Man", "X"))
    line[COLUMN["Taal"]] = chance.choice(("", "Nederlands", "tr", "Arabisch", "pl"))
    line[COLUMN["Naam"]] = f"{first} {last}"
    line[COLUMN["Straat"]] = chance.choice(_STREETS)
    line[COLUMN["Huisnummer"]] = f"{chance.randrange(1, 400)}{chance.choice(('', 'a', '-2'))}"
    line[COLUMN["Postcode"]] = f"{chance.randrange(1000, 9999)}{chance.choice(('', ' '))}{chance.choice(('AB', 'xz'))}"
    line[COLUMN["Plaats"]] = "Utrecht"
    line[COLUMN["E-mail"]] = chance.choice(("", f"client{number}@voorbeeld.nl"))
    line[COLUMN["Telefoon"]] = chance.choice(("", "06-12345678", "030 2345678"))
    return line


def _support(chance: random.Random, line: list[Cell]) -> None:
    act = line[COLUMN["Wet"]] or chance.choice(tuple(_PRODUCTS))
    began = date(2025, 1, 1) + timedelta(days=chance.randrange(600))
    line[COLUMN["Wet"]] = act
    line[COLUMN["Product"]] = chance.choice(_PRODUCTS[str(act)])
    line[COLUMN["Aanbieder"]] = chance.choice(("Buurtzorg", "De Hulp BV", "Samen & Co"))
    line[COLUMN["Toegekend"]] = "Ja" if chance.random() < 0.9 else "Nee"
    line[COLUMN["Begindatum"]] = began
    line[COLUMN["Einddatum"]] = began + timedelta(days=chance.randrange(30, 400)) if chance.random() < 0.3 else ""


def _alone(rows: Rows) -> list[int]:
    """Return the places of the lines whose client has no other line, so that a mistake is found in one place."""
    counts = Counter(row[0] for row in rows)
    return [place for place, row in enumerate(rows) if place and counts[row[0]] == 1]


def _ods_cell(cell: Cell) -> str:
    if isinstance(cell, date):
        told = f'office:value-type="date" office:date-value="{cell.isoformat()}"'
        return f"<table:table-cell {told}><text:p>{cell:%d-%m-%y}</text:p></table:table-cell>"
    if not cell:
        return "<table:table-cell/>"
    # Spaces in a row stand as an element.
    text = escape(cell, quote=False).replace("  ", ' <text:s text:c="1"/>')
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


_Mistake: TypeAlias = "tuple[str, str, Callable[[Cell], Cell]]"
_MISTAKES: Final[Sequence[_Mistake]] = (
    ("Cliëntnummer", "required", lambda _: ""),
    ("Wet", "unknown-act", lambda _: "AWBZ"),
    ("Geboortedatum", "unreadable-day", lambda _: "ongeveer 1960"),
    ("Geboortedatum", "impossible-day", lambda _: "31-02-1960"),
    ("Geboortedatum", "impossible-birth", lambda _: date(2090, 1, 1)),
    ("Geslacht", "unknown-sex", lambda _: "ja"),
    ("Toegekend", "unknown-granted", lambda _: "misschien"),
    ("Taal", "unknown-language", lambda _: "Klingon"),
    ("Begindatum", "unreadable-day", lambda _: "volgende week"),
    ("Einddatum", "ends-before-start", lambda _: date(2001, 1, 1)),
    ("Postcode", "postcode", lambda _: "35AB 11"),
    ("E-mail", "email", lambda _: "jan.voorbeeld.nl"),
    ("Telefoon", "phone", lambda _: "geen telefoon"),
    ("Naam", "too-long", lambda cell: f"{cell} " + "van " * 40),
    ("Straat", "control-sign", lambda cell: f"{cell}\u200e"),
    ("Product", "formula", lambda _: "=A1"),
    ("Geboortedatum", "contradicts-born", lambda _: date(1911, 1, 1)),
    ("Geslacht", "contradicts-sex", lambda cell: "V" if str(cell).upper().startswith("M") else "M"),
)
