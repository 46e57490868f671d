"""Microdata for SPSS and PSPP, with labels, user-missing values, notes and the weight.

pyreadstat cannot say which variable weighs and puts the time of writing in the file; both stand at fixed places of its head, and are set
there afterwards. Source: GNU PSPP Developers Guide, "System File Format", file header record.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from analysis.microdata.records import HIGHEST_REASON, LOWEST_REASON, MicrodataVariable, Role
from exports.microdata.handing_out import Handout, dated_of, file_label_of, notes_of, records_of
from exports.microdata.short_texts import lines_of_bytes, shortened_bytes
from exports.microdata.table import frame_of, measure_of, parts_of_file

# Bytes that the format has room for.
_FILE_LABEL: Final = 64
_VARIABLE_LABEL: Final = 255
_VALUE_LABEL: Final = 120
_NOTE_LINE: Final = 80
# Where in the head the number of the weight variable (int32, from 1) and the day and time of making stand.
_WEIGHT_PLACE: Final = 76
_TIME_PLACE: Final = 92
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def write_sav(handout: Handout) -> Iterator[bytes]:
    """Yield a system file of SPSS. It weighs by itself when opened, and the notes say so; the wordings in full are in the codebook."""
    return parts_of_file(partial(_write, handout), partial(_complete, handout))


def _write(handout: Handout, path: Path) -> None:
    import pyreadstat

    records = records_of(handout)
    variables = records.variables
    notes = (*notes_of(handout), "Het bestand weegt vanzelf bij openen (WEIGHT BY); met WEIGHT OFF telt u mensen.")
    pyreadstat.write_sav(
        frame_of(records),
        path,
        file_label=shortened_bytes(file_label_of(handout), _FILE_LABEL),
        column_labels={one.name: shortened_bytes(one.label, _VARIABLE_LABEL) for one in variables},
        variable_value_labels={one.name: _value_labels(one) for one in variables if one.value_labels},
        missing_ranges={one.name: [{"lo": LOWEST_REASON, "hi": HIGHEST_REASON}] for one in variables if one.reasons},
        variable_measure={one.name: measure_of(one) for one in variables},
        variable_format={one.name: "F10.1" if one.role is Role.WEIGHT else "F5.0" for one in variables},
        note=[line for note in notes for line in lines_of_bytes(note, _NOTE_LINE)],
        row_compress=True,
    )


def _complete(handout: Handout, path: Path) -> None:
    records = records_of(handout)
    with path.open("r+b") as file:
        file.seek(_WEIGHT_PLACE)
        # Every variable is a number and takes one place.
        file.write((records.variables.index(records.weight) + 1).to_bytes(4, "little"))
        file.seek(_TIME_PLACE)
        file.write(_time(dated_of(handout)))


def _value_labels(variable: MicrodataVariable) -> dict[int | float, str]:
    return {number: shortened_bytes(label, _VALUE_LABEL) for number, label in variable.value_labels.items()}


def _time(day: date) -> bytes:
    """Return a day as the head tells it, at midnight: `01 Jun 26` and `00:00:00`."""
    return f"{day.day:02} {_MONTHS[day.month - 1]} {day.year % 100:02}00:00:00".encode("ascii")
