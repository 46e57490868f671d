"""How a value stands in a cell, and how it is read back. What a spreadsheet made of a text by itself is told, not guessed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Protocol, cast

from questionnaires.exchange.lines.reading import read_expression
from questionnaires.exchange.lines.tokens import Unreadable
from questionnaires.exchange.lines.writing import write_expression
from questionnaires.exchange.spreadsheets.reading import Cell
from questionnaires.strict_yaml import suggest
from questionnaires.yaml_nodes import Written

NOTHING: Final = "-"  # an empty list that was written on purpose
DIGITS: Final = 15  # that a spreadsheet keeps of a number

_MADE: Final[Mapping[str, str]] = {
    "number": "Hier staat een getal waar tekst hoort.",
    "yes_no": "Hier staat WAAR of ONWAAR waar tekst hoort.",
    "day": "Hier staat een datum of tijd waar tekst hoort.",
    "formula": "Hier staat een formule.",
    "error": "Hier staat een foutmelding van het rekenblad.",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell."""

    cause: str
    cure: str


class CellForm(Protocol):
    """A way to write values of one kind in cells. `options` are offered in a list."""

    @property
    def options(self) -> tuple[str, ...]:
        """What can be chosen, nothing when anything can be written."""

    def show(self, written: Written) -> str | int:
        """Return what stands in the cell."""

    def read(self, cell: Cell) -> Written | Fault:
        """Return the value of a cell that is not empty."""


@dataclass(frozen=True, slots=True)
class Prose:
    """Text as it is."""

    options: tuple[str, ...] = ()

    def show(self, written: Written) -> str:
        """Return the text."""
        return str(written)

    def read(self, cell: Cell) -> Written | Fault:
        """Return the text, or that the spreadsheet made something else of it."""
        return _text(cell)


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number."""

    options: tuple[str, ...] = ()

    def show(self, written: Written) -> int:
        """Return the number."""
        assert isinstance(written, int), "the model says that this is a whole number"
        return written

    def read(self, cell: Cell) -> Written | Fault:
        """Return the number, also when it stands there as text."""
        value = cell.value
        if isinstance(value, str) and re.fullmatch(r"-?(0|[1-9][0-9]*)", value) and len(value) <= DIGITS:
            return int(value)
        if cell.kind == "number" and isinstance(value, int | float) and abs(value) < 10**DIGITS and value == int(value):
            return int(value)
        return Fault(f"Hier hoort een heel getal; er staat {_shown(cell)}.", "Typ een heel getal.")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words: what the definition says -> the Dutch word."""

    words: Mapping[str, str]

    @property
    def options(self) -> tuple[str, ...]:
        """The Dutch words."""
        return tuple(self.words.values())

    def show(self, written: Written) -> str:
        """Return the Dutch word."""
        return self.words[str(written)]

    def read(self, cell: Cell) -> Written | Fault:
        """Return what the word stands for."""
        text = _text(cell)
        return text if isinstance(text, Fault) else _meaning(text, self.words)


@dataclass(frozen=True, slots=True)
class YesNo:
    """Yes or no."""

    options: tuple[str, ...] = ("ja", "nee")

    def show(self, written: Written) -> str:
        """Return ja or nee."""
        return "ja" if written else "nee"

    def read(self, cell: Cell) -> Written | Fault:
        """Return the value; a spreadsheet may also have made WAAR or ONWAAR of it."""
        if isinstance(cell.value, bool):
            return cell.value
        found = Choice({"true": "ja", "false": "nee"}).read(cell)
        return found if isinstance(found, Fault) else found == "true"


@dataclass(frozen=True, slots=True)
class Several:
    """Names with commas between them; `words` translates them, `alone` are words that stand by themselves."""

    words: Mapping[str, str] = field(default_factory=dict)
    alone: Mapping[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()

    def show(self, written: Written) -> str:
        """Return the names, or a dash when there are none."""
        if isinstance(written, str):
            return self.alone[written]
        names = cast("list[str]", written)
        return ", ".join(self.words.get(name, name) for name in names) or NOTHING

    def read(self, cell: Cell) -> Written | Fault:
        """Return the names in their order."""
        text = _text(cell)
        if isinstance(text, Fault):
            return text
        for key, word in self.alone.items():
            if text.casefold() == word:
                return key
        names = [] if text == NOTHING else [name for part in re.split(r"[,;\n]", text) if (name := part.strip())]
        found = [_meaning(name, self.words) if self.words else name for name in names]
        faults = [one for one in found if isinstance(one, Fault)]
        return faults[0] if faults else cast("list[Written]", found)


@dataclass(frozen=True, slots=True)
class Lines:
    """Texts under each other in one cell; a text of more lines stands between quotes."""

    options: tuple[str, ...] = ()

    def show(self, written: Written) -> str:
        """Return the texts, one a line."""
        texts = cast("list[str]", written)
        return "\n".join(_line(text) for text in texts) or NOTHING

    def read(self, cell: Cell) -> Written | Fault:
        """Return the texts."""
        text = _text(cell)
        if isinstance(text, Fault):
            return text
        lines = [] if text == NOTHING else [line for one in text.split("\n") if (line := one.strip())]
        try:
            return [json.loads(line) if line.startswith('"') else line for line in lines]
        except ValueError:
            cause = "Een regel begint met een aanhalingsteken, maar is niet goed te lezen."
            return Fault(cause, "Haal de aanhalingstekens aan het begin en het eind van de regel weg.")


@dataclass(frozen=True, slots=True)
class Day:
    """A day, as year-month-day."""

    options: tuple[str, ...] = ()

    def show(self, written: Written) -> str:
        """Return the day."""
        return str(written)

    def read(self, cell: Cell) -> Written | Fault:
        """Return the day, also when the spreadsheet made a date of it."""
        if isinstance(cell.value, date):
            day = cell.value.date() if isinstance(cell.value, datetime) else cell.value
            return day.isoformat()
        return _text(cell)


@dataclass(frozen=True, slots=True)
class Condition:
    """An expression, as a line that people can read."""

    options: tuple[str, ...] = ()

    def show(self, written: Written) -> str:
        """Return the line."""
        return write_expression(written)

    def read(self, cell: Cell) -> Written | Fault:
        """Return the expression as YAML would hold it, or where the line cannot be read."""
        if isinstance(cell.value, bool):
            return cell.value
        text = str(cell.value) if cell.kind == "number" else _text(cell)
        if isinstance(text, Fault):
            return text
        found = read_expression(text)
        return Fault(*_not_an_expression(found)) if isinstance(found, Unreadable) else found


def _text(cell: Cell) -> str | Fault:
    if isinstance(cell.value, str):
        return cell.value
    cures = {"formula": "Typ of plak hier de tekst zelf.", "error": "Typ of plak hier de tekst zelf."}
    told = f"{_MADE[cell.kind][:-1]}: {_shown(cell)}." if cell.value is not None else _MADE[cell.kind]
    return Fault(told, cures.get(cell.kind, "Geef de cel de opmaak Tekst, en typ daarna de tekst opnieuw."))


def _shown(cell: Cell) -> str:
    if isinstance(cell.value, bool):
        return "WAAR" if cell.value else "ONWAAR"
    return "een formule of foutmelding" if cell.value is None else str(cell.value)


def _meaning(text: str, words: Mapping[str, str]) -> str | Fault:
    folded = " ".join(text.split()).casefold()
    found = next((key for key, word in words.items() if word == folded), None)
    return Fault(f"Dit is hier niet bekend: {text}.", suggest(folded, words.values())) if found is None else found


def _line(text: str) -> str:
    plain = "\n" not in text and not text.startswith('"') and text != NOTHING
    return text if plain else json.dumps(text, ensure_ascii=False)


def _not_an_expression(fault: Unreadable) -> tuple[str, str]:
    cause = f"Bij teken {fault.position} is dit niet te lezen: er staat {fault.found}."
    return cause, f"Verwacht: {fault.expected}. Het blad Toelichting zegt hoe u een voorwaarde schrijft."
