"""Reading files of answers: CSV, SPSS and Parquet become a table, or a list of what is wrong with the file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from analysis.reading.encoding import Findings
from questionnaires.problems import Problem

if TYPE_CHECKING:
    import pandas as pd

# The name of an index that holds line numbers; tables without it start below a head on line 1.
LINE: Final = "line"
# Where a table keeps the words for its columns and codes: `item`, or `item=code`.
LABELS: Final = "labels"


def read_data(path: Path) -> pd.DataFrame | tuple[Problem, ...]:
    """Return the table in a file, by the end of its name: .csv, .sav or .parquet."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        cause = f"Bestanden die eindigen op {path.suffix or 'niets'} kunnen niet gelezen worden."
        return (Problem(path.name, 1, "", "A32", cause, f"Geef een bestand op {', '.join(_READERS)}."),)
    return reader(path)


def labels_of(frame: pd.DataFrame) -> Mapping[str, str]:
    """Return the words that came with a table; empty for a CSV."""
    found: Mapping[str, str] = frame.attrs.get(LABELS, {})
    return found


def read_csv(content: bytes, file: str) -> pd.DataFrame | tuple[Problem, ...]:
    """Return the cells of a CSV as text, with the line of every row as index.

    The separator is a comma or a semicolon, whichever the head has more of. Empty lines are passed over.
    """
    import pandas as pd

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return (Problem(file, line, "", "A20", "Het bestand is geen UTF-8.", "Sla het op als CSV UTF-8."),)
    found = _read_rows(text, file)
    if isinstance(found, Problem):
        return (found,)
    (_, head), *rows = found or [(1, [])]
    wrong = tuple(_wrong_rows(head, rows, file))
    index = pd.Index([line for line, _ in rows], name=LINE)
    return wrong or pd.DataFrame([cells for _, cells in rows], columns=head, index=index, dtype=str)


def read_sav(path: Path) -> pd.DataFrame | tuple[Problem, ...]:
    """Return the values of an SPSS file, with its labels; user-missing values stay the codes that they are."""
    import pyreadstat

    try:
        frame, meta = pyreadstat.read_sav(path, user_missing=True)
    except pyreadstat.ReadstatError as error:
        return (_unreadable(path, "SPSS-bestand", error),)
    labels = {name: label for name, label in meta.column_names_to_labels.items() if label}
    for name, values in meta.variable_value_labels.items():
        labels |= {f"{name}={_code(value)}": label for value, label in values.items()}
    found: pd.DataFrame = frame
    found.attrs[LABELS] = labels
    return found


def read_parquet(path: Path) -> pd.DataFrame | tuple[Problem, ...]:
    """Return the table of a Parquet file."""
    import pandas as pd
    import pyarrow as pa

    try:
        return pd.read_parquet(path)
    except pa.ArrowInvalid as error:
        return (_unreadable(path, "Parquet-bestand", error),)


def _read_csv_file(path: Path) -> pd.DataFrame | tuple[Problem, ...]:
    return read_csv(path.read_bytes(), path.name)


_READERS: Mapping[str, Callable[[Path], pd.DataFrame | tuple[Problem, ...]]] = {
    ".csv": _read_csv_file,
    ".sav": read_sav,
    ".parquet": read_parquet,
}


def _unreadable(path: Path, kind: str, error: Exception) -> Problem:
    cause = f"Dit is geen {kind} dat gelezen kan worden ({error})."
    return Problem(path.name, 1, "", "A33", cause, "Maak het bestand opnieuw, of sla het op als CSV UTF-8.")


def _code(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _read_rows(text: str, file: str) -> list[tuple[int, list[str]]] | Problem:
    """Return the rows of a text with their last line; an unfinished quotation is a problem."""
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;", key=head.count), strict=True)
    try:
        return [(reader.line_num, cells) for cells in reader if cells]
    except csv.Error as error:
        cause = f"Het bestand is hier geen goede CSV ({error})."
        return Problem(file, reader.line_num, "", "A21", cause, "Kijk of elk aanhalingsteken ook weer sluit.")


def _wrong_rows(head: Sequence[str], rows: Sequence[tuple[int, list[str]]], file: str) -> Iterator[Problem]:
    if not head:
        yield Problem(file, 1, "", "A21", "Het bestand is leeg.", "Geef een bestand met een kop en rijen.")
    findings = Findings(file, [line for line, _ in rows])
    for row, (_, cells) in enumerate(rows):
        if len(cells) != len(head):
            cause = f"Deze regel heeft {len(cells)} cellen en de kop {len(head)}."
            findings.add(row, "", "A21", cause, "Geef elke regel evenveel cellen als de kop.")
    yield from findings.problems()
