"""Snapshots: the sealed answers of one round as one Parquet file with its codebooks, that reads back the same anywhere.

A column for each item and version, named `item@version`, holds the code, the codes, the number or the day; `item@version.reason` holds why
there is none. What people wrote in their own words is not in it: that goes by consent, and consent can be taken back, while a snapshot
never changes. Rows stand in order of their content, so that nothing is left of the order in which they came.

The digest is a SHA-256 over the content and not over the file: another version of the library that writes Parquet gives the same one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from io import BytesIO
from itertools import repeat
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from questionnaires.answers import JsonAnswers
from questionnaires.codebook import Codebook, VariableKind

if TYPE_CHECKING:
    import pyarrow as pa

FORMAT: Final = "ceo-snapshot/1"
_OWN_WORDS: Final = frozenset({VariableKind.TEXT, VariableKind.NARRATIVE})
_CANONICAL: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
_KEY: Final = b"ceo.snapshot"
_CODEBOOKS: Final = b"ceo.codebooks"
_DIGEST: Final = b"ceo.digest"
_PLAIN: Final = ("stratum", "version", "mode", "language", "register", "respondent", "received_on", "person_key")


class DamagedSnapshotError(Exception):
    """A file is no snapshot, or its content does not have the digest that it tells."""


@dataclass(frozen=True, slots=True)
class SealedRow:
    """One submission. `version` is the content hash of what was filled in; `person_key` links waves, None where nothing does."""

    stratum: str
    version: str
    mode: str
    language: str
    register: str
    respondent: str
    received_on: date
    answers: JsonAnswers
    person_key: str | None = None


@dataclass(frozen=True, slots=True)
class SealedFacts:
    """What a snapshot says about its round. `strata`: number of clients by stratum."""

    municipality: str
    measurement: str
    title: str
    opens_on: date
    closes_on: date
    promise: str
    strata: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The sealed answers of a round."""

    facts: SealedFacts
    rows: tuple[SealedRow, ...]


def make_snapshot(facts: SealedFacts, rows: Iterable[SealedRow], codebooks: Sequence[Codebook]) -> Snapshot:
    """Return a snapshot without what people wrote in their own words, its rows in order of their content."""
    open_items = {
        (codebook.content_hash, variable.item)
        for codebook in codebooks
        for variable in codebook.variables
        if variable.kind in _OWN_WORDS
    }
    kept = (_without(row, open_items) for row in rows)
    return Snapshot(facts, tuple(sorted(kept, key=_line)))


def digest_of(snapshot: Snapshot) -> str:
    """Return `sha256:` and the digest of the content: facts and rows, each as one line of canonical JSON.

    >>> facts = SealedFacts("GM0344", "wmo-2026", "Wmo", date(2026, 3, 1), date(2026, 4, 1), "anonymous", {"Begeleiding": 12})
    >>> digest_of(Snapshot(facts, ()))[:20]
    'sha256:0f96de4168390'
    """
    return _digest(snapshot.facts, map(_line, snapshot.rows))


def write_snapshot(snapshot: Snapshot, codebooks: Sequence[Codebook]) -> bytes:
    """Return a snapshot as Parquet, with its facts, codebooks and digest in the metadata of the file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = dict(_plain_columns(snapshot.rows))
    for name, (item, version, kind) in _variables(codebooks).items():
        columns.update(_answer_columns(snapshot.rows, name, (item, version), kind))
    table = pa.table(columns).replace_schema_metadata(
        {
            _KEY: _canonical({"format": FORMAT, **_facts_document(snapshot.facts)}).encode(),
            _CODEBOOKS: _canonical([asdict(one) for one in codebooks]).encode(),
            _DIGEST: digest_of(snapshot).encode(),
        }
    )
    written = BytesIO()
    pq.write_table(table, written, compression="zstd")
    return written.getvalue()


def read_snapshot(content: bytes, *, checked: bool = True) -> Snapshot:
    """Return the snapshot of a file that `write_snapshot` made. Raises `DamagedSnapshotError` when anything differs.

    Not `checked`, it may have other content than it was sealed with: who verifies wants to see what became of it.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(BytesIO(content))
    except pa.ArrowInvalid as error:
        raise DamagedSnapshotError("no Parquet file") from error
    metadata = table.schema.metadata or {}
    if not {_KEY, _DIGEST} <= metadata.keys():
        raise DamagedSnapshotError("no snapshot")
    facts = _facts_of(json.loads(metadata[_KEY]))
    lines = sorted(((_line(row), row) for row in _rows_of(table)), key=itemgetter(0))
    if checked and _digest(facts, (line for line, _ in lines)) != metadata[_DIGEST].decode():
        raise DamagedSnapshotError("the content does not have the digest that the file tells")
    return Snapshot(facts, tuple(row for _, row in lines))


def read_summary(content: bytes) -> tuple[SealedFacts, int, str]:
    """Return the facts of a snapshot, its number of submissions, and the digest that its file tells; the rows are not read."""
    import pyarrow.parquet as pq

    metadata = pq.read_metadata(BytesIO(content))
    told: Mapping[bytes, bytes] = metadata.metadata
    return _facts_of(json.loads(told[_KEY])), metadata.num_rows, told[_DIGEST].decode()


def read_versions(content: bytes) -> frozenset[str]:
    """Return the content hashes of the versions that were filled in, without reading answers."""
    import pyarrow.parquet as pq

    return frozenset(pq.read_table(BytesIO(content), columns=["version"]).column("version").unique().to_pylist())


def _without(row: SealedRow, open_items: set[tuple[str, str]]) -> SealedRow:
    answers = {item: entry for item, entry in row.answers.items() if (row.version, item) not in open_items}
    return SealedRow(
        row.stratum,
        row.version,
        row.mode,
        row.language,
        row.register,
        row.respondent,
        row.received_on,
        answers,
        row.person_key,
    )


def _digest(facts: SealedFacts, lines: Iterable[str]) -> str:
    digest = hashlib.sha256(f"{FORMAT}\n{_canonical(_facts_document(facts))}\n".encode())
    for line in lines:
        digest.update(line.encode() + b"\n")
    return f"sha256:{digest.hexdigest()}"


def _line(row: SealedRow) -> str:
    return _canonical({**{name: getattr(row, name) for name in _PLAIN}, "answers": row.answers})


def _canonical(value: object) -> str:
    return _CANONICAL.encode(value)


def _facts_document(facts: SealedFacts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in SealedFacts.__slots__}


def _facts_of(document: Mapping[str, Any]) -> SealedFacts:
    days = {name: date.fromisoformat(document[name]) for name in ("opens_on", "closes_on")}
    return SealedFacts(**{name: days.get(name, document[name]) for name in SealedFacts.__slots__})


def _variables(codebooks: Sequence[Codebook]) -> dict[str, tuple[str, int, VariableKind]]:
    """Return the items and versions that answers can be of, by the name of their column, in the order of the questions."""
    return {
        f"{one.item}@{one.version}": (one.item, one.version, one.kind)
        for codebook in codebooks
        for one in codebook.variables
        if one.kind not in _OWN_WORDS
    }


def _plain_columns(rows: Sequence[SealedRow]) -> Iterator[tuple[str, pa.Array]]:
    import pyarrow as pa

    for name in _PLAIN:
        kind = pa.date32() if name == "received_on" else pa.string()
        yield name, pa.array([getattr(row, name) for row in rows], kind)


def _answer_columns(
    rows: Sequence[SealedRow], name: str, asked: tuple[str, int], kind: VariableKind
) -> dict[str, pa.Array]:
    """Return the column of the values of an item, and that of the reasons why there is none."""
    import pyarrow as pa

    types = {
        VariableKind.MULTI: pa.list_(pa.string()),
        VariableKind.INTEGER: pa.int64(),
        VariableKind.DATE: pa.date32(),
    }
    entries = [row.answers.get(asked[0], {}) for row in rows]
    own = [entry if entry.get("version") == asked[1] else {} for entry in entries]
    values = [_value(entry) for entry in own]
    return {
        name: pa.array(values, types.get(kind, pa.string())),
        f"{name}.reason": pa.array([entry.get("missing") for entry in own], pa.string()),
    }


def _value(entry: Mapping[str, Any]) -> object:
    return date.fromisoformat(entry["date"]) if "date" in entry else entry.get("value")


def _rows_of(table: pa.Table) -> Iterator[SealedRow]:
    names = [name for name in table.column_names if "@" in name and not name.endswith(".reason")]
    asked = [(name.rpartition("@")[0], int(name.rpartition("@")[2])) for name in names]
    told = [table.column(name).to_pylist() for name in _PLAIN]
    given = [
        zip(table.column(name).to_pylist(), table.column(f"{name}.reason").to_pylist(), strict=True) for name in names
    ]
    of_rows: Iterable[tuple[tuple[Any, str | None], ...]] = zip(*given, strict=True) if given else repeat(())
    for plain, entries in zip(zip(*told, strict=True), of_rows, strict=False):
        answers: JsonAnswers = {}
        for (item, version), (value, reason) in zip(asked, entries, strict=True):
            if reason is not None:
                answers[item] = {"version": version, "missing": reason}
            elif isinstance(value, date):
                answers[item] = {"version": version, "date": value.isoformat()}
            elif value is not None:
                answers[item] = {"version": version, "value": value}
        yield SealedRow(**dict(zip(_PLAIN, plain, strict=True)), answers=answers)
