"""Microdata for Stata 14 and later, with labels, reasons for no answer as .a to .f, and notes.

pyreadstat writes no notes and puts the time of writing in the file. Both are set afterwards: notes are characteristics of the data set, a
part of the file between two marks, and the list of where the parts begin counts on. Source: Stata, "File formats .dta, format 118".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from analysis.microdata.records import REASON_LABELS, REASONS, SUPPRESSED, MicrodataVariable, Records, Role
from exports.microdata.handing_out import Handout, dated_of, file_label_of, notes_of, records_of
from exports.microdata.short_texts import shortened
from exports.microdata.table import frame_of, parts_of_file
from questionnaires.answers import Missing

if TYPE_CHECKING:
    import pandas as pd

# Letters of extended missing values: the order in which a reader may come across them.
LETTERS: Final[Mapping[int, str]] = MappingProxyType(
    {
        REASONS[Missing.DONT_KNOW]: "a",
        REASONS[Missing.NOT_APPLICABLE]: "b",
        REASONS[Missing.SKIPPED]: "c",
        REASONS[Missing.NOT_ASKED]: "d",
        REASONS[Missing.REFUSED]: "e",
        SUPPRESSED: "f",
    }
)
# Signs that the format has room for.
_LABEL: Final = 80
_NAME_BYTES: Final = 129
# pyreadstat's number for format 118; the next one is 119, for more variables than there ever are.
_VERSION: Final = 14
_TIME: Final = (b"<timestamp>", b"</timestamp>")
_MAP: Final = b"<map>"
_NOTES: Final = b"<characteristics>"
# The parts behind the notes, counted in the map from 0: data, long texts, value labels, the end, and the length of it all.
_BEHIND: Final = range(9, 14)
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def write_stata(handout: Handout) -> Iterator[bytes]:
    """Yield a data set of Stata. The notes (`notes list`) say which variable weighs; the wordings in full are in the codebook."""
    import pyreadstat

    records = records_of(handout)
    notes = (*notes_of(handout), f"In dit bestand staan die redenen als {_reasons()}. Weeg met [pweight=gewicht].")

    def write(path: Path) -> None:
        pyreadstat.write_dta(
            _frame(records),
            path,
            version=_VERSION,
            file_label=shortened(file_label_of(handout), _LABEL),
            column_labels={one.name: shortened(one.label, _LABEL) for one in records.variables},
            variable_value_labels={one.name: _value_labels(one) for one in records.variables if one.value_labels},  # type: ignore[misc]  # letters are keys, too
            missing_user_values={
                one.name: [LETTERS[reason] for reason in one.reasons] for one in records.variables if one.reasons
            },
            variable_format={one.name: "%9.1f" if one.role is Role.WEIGHT else "%8.0g" for one in records.variables},
        )

    def rewrite(path: Path) -> None:
        path.write_bytes(_with_notes(_dated(path.read_bytes(), dated_of(handout)), notes))

    return parts_of_file(write, rewrite)


def _frame(records: Records) -> pd.DataFrame:
    """Return the records with a letter in the place of every reason for no answer.

    As categories, and not as they are: pyreadstat takes a column for text when its first hundred records are letters.
    """
    import pandas as pd

    frame = frame_of(records)
    for one in records.variables:
        if one.reasons:
            values = frame[one.name].astype(object).replace(dict(LETTERS))
            numbers = sorted({int(value) for value in frame[one.name].unique() if value >= 0})
            frame[one.name] = pd.Categorical(values, pd.Index([*numbers, *LETTERS.values()], dtype=object))
    return frame


def _value_labels(variable: MicrodataVariable) -> dict[int | float | str, str]:
    return {LETTERS.get(number, number): label for number, label in variable.value_labels.items()}


def _reasons() -> str:
    return ", ".join(f".{letter} {REASON_LABELS[reason].lower()}" for reason, letter in LETTERS.items())


def _dated(content: bytes, day: date) -> bytes:
    """Return a file with another day of making, at midnight; its length stays the same."""
    start = content.index(_TIME[0]) + len(_TIME[0]) + 1
    stop = content.index(_TIME[1])
    time = f"{day.day:02} {_MONTHS[day.month - 1]} {day.year} 00:00".encode("ascii")
    assert len(time) == stop - start, "the day is written with as many signs"
    return content[:start] + time + content[stop:]


def _with_notes(content: bytes, notes: tuple[str, ...]) -> bytes:
    """Return a file with notes of the whole data set: `note0` counts them, `note1` and on hold them."""
    texts = [str(len(notes)), *notes]
    added = b"".join(_note(f"note{number}", text) for number, text in enumerate(texts))
    start = content.index(_MAP) + len(_MAP)
    places = list(struct.unpack_from("<14Q", content, start))
    shifted = struct.pack("<14Q", *(place + len(added) * (which in _BEHIND) for which, place in enumerate(places)))
    here = content.index(_NOTES) + len(_NOTES)
    return content[:start] + shifted + content[start + len(shifted) : here] + added + content[here:]


def _note(name: str, text: str) -> bytes:
    names = b"".join(part.encode().ljust(_NAME_BYTES, b"\0") for part in ("_dta", name))
    held = names + text.encode() + b"\0"
    return b"<ch>" + struct.pack("<I", len(held)) + held + b"</ch>"
