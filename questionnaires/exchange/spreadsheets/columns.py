"""Columns and sheets: which cell holds which part of a definition, and what it means for the author.

Writing and reading go by the same tables, in `workbook_layout` and `library_layout`. A column stands for the part at its
`path`; what a cell leaves empty, the definition leaves out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from questionnaires.exchange.spreadsheets.cells import (
    CellForm,
    Choice,
    Condition,
    Day,
    Lines,
    Prose,
    Several,
    Whole,
    YesNo,
)

Path: TypeAlias = tuple[str, ...]

GUIDE: Final = "Toelichting"  # the sheet that says how the others are used

TEXT, WHOLE, DAY, YES_NO, NAMES, LINES, CONDITION = Prose(), Whole(), Day(), YesNo(), Several(), Lines(), Condition()
SCORE: Final = Choice({"linear_0_100": "0 tot 100"})
NARROW, MIDDLE, WIDE, WIDEST = 10, 20, 30, 60  # widths in characters

THEMES: Final = {"access": "toegang", "quality": "kwaliteit", "effect": "effect"}
STATUSES: Final = {
    "machine": "machine",
    "draft": "concept",
    "reviewed": "nagekeken",
    "back_translated": "terugvertaald",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, the part of the definition that it holds, and what it means for the author."""

    header: str
    path: Path
    form: CellForm
    meaning: str
    width: int = 16


@dataclass(frozen=True, slots=True)
class SheetForm:
    """A sheet with an entry on each row."""

    name: str
    meaning: str
    columns: tuple[Column, ...]


# The type of a number that may have a score: of an item, and of what a sample says.
NUMBER: Final = (
    Column("Laagste", ("type", "integer", "min"), WHOLE, "Bij heel getal.", NARROW),
    Column("Hoogste", ("type", "integer", "max"), WHOLE, "Bij heel getal.", NARROW),
    Column("Eenheid", ("type", "integer", "unit"), TEXT, "Bij heel getal, zoals week.", NARROW),
    Column("Score", ("type", "integer", "score", "map"), SCORE, "Bij heel getal, als het een score krijgt.", NARROW),
    Column("Positief vanaf", ("type", "integer", "score", "positive_from"), WHOLE, "Bij score.", NARROW),
)
