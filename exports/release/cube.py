"""The cube of a release: one tidy table, a figure a row, with the reason where there is none. Every format is made of it.

Its columns never change their name or meaning. Rows stand in the order of indicator, measure, category, breakdown, level and area, so that
all figures of an indicator stand together. It is kept as one Parquet file that also holds the facts of the release.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from exports.release.facts import ReleaseFacts, Seal

if TYPE_CHECKING:
    import pyarrow as pa

FORMAT: Final = "ceo-cube/1"
ORDER: Final = ("indicator", "measure", "category", "breakdown", "level", "area_type", "area")
# Column: what it holds. Names are the ones that every format uses.
COLUMNS: Final[Mapping[str, str]] = {
    "release": "name of the release",
    "edition": "edition of the release, from 1",
    "area": "code of the area: of CBS, NL for all municipalities in the release together",
    "area_type": "municipality, province, region, size_class or nation",
    "period": "first and last day on which people could answer (ISO 8601 interval)",
    "population": "whose experiences these are",
    "indicator": "question or theme score",
    "indicator_version": "version of the question or score",
    "breakdown": "division of clients into groups; empty for everyone",
    "level": "group of clients within the breakdown; empty for everyone",
    "category": "answer option, reason or quantile that the figure is about; empty for scores and means",
    "measure": "score (0-100), mean, total, share, category, missing (fractions 0-1), ratio or quantile",
    "value": "the figure; empty where there is none",
    "se": "standard error of the figure",
    "lower": "lower end of the 95 % interval",
    "upper": "upper end of the 95 % interval",
    "n": "respondents with a valid answer, unweighted",
    "effective_n": "as many respondents of a simple random sample would be as precise",
    "population_size": "clients for whom these respondents stand",
    "df": "degrees of freedom of the standard error",
    "method": "how the interval was made",
    "inference": "finite: this year's clients; process: the service behind them",
    "flags": "what a reader must know, separated by spaces",
    "suppression": "why there is no figure; empty where there is one",
    "reference": "area that the figure is compared with; empty where it is not compared",
    "difference": "value minus that of the reference",
    "difference_lower": "lower end of the 95 % interval of the difference",
    "difference_upper": "upper end of the 95 % interval of the difference",
    "p_adjusted": "p-value of the difference, adjusted for all differences tested together",
    "relevant": "yes: the difference is large enough to matter (3 points or 0.1 standard deviation); no; empty where there is none",
    "difference_note": "why there is no difference; empty where there is one",
    "band": "where the municipality lies among all: much_worse, worse, as_expected, better, much_better, or why not; empty for others",
}
NUMBERS: Final = (
    "value",
    "se",
    "lower",
    "upper",
    "effective_n",
    "population_size",
    "df",
    "difference",
    "difference_lower",
    "difference_upper",
    "p_adjusted",
)
COUNTS: Final = ("edition", "indicator_version", "n")
# Where a Parquet file holds the facts, the digest of the content and the seal of a cube.
FACTS_KEY: Final = b"ceo.facts"
DIGEST_KEY: Final = b"ceo.digest"
SEAL_KEY: Final = b"ceo.seal"
_ROWS_AT_A_TIME: Final = 65_536


class DamagedCubeError(Exception):
    """A file is no cube, or its content does not have the digest that it tells."""


@dataclass(frozen=True, slots=True, eq=False)
class Cube:
    """All figures of a release with the facts to read them. Protected: only `making.make_cube` makes it."""

    facts: ReleaseFacts
    table: pa.Table

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the rows as dictionaries by column; empty text is no value of a text column, None no number."""
        for batch in self.table.to_batches(max_chunksize=4096):
            yield from batch.to_pylist()


@dataclass(frozen=True, slots=True, eq=False)
class SealedCube:
    """A cube with what makes it citable. What every writer takes."""

    cube: Cube
    seal: Seal

    @property
    def facts(self) -> ReleaseFacts:
        """The facts of the release."""
        return self.cube.facts


@cache
def schema() -> pa.Schema:
    """Return the schema of the table of every cube."""
    import pyarrow as pa

    names = pa.dictionary(pa.int32(), pa.string())
    kinds = dict.fromkeys(NUMBERS, pa.float64()) | dict.fromkeys(COUNTS, pa.int64())
    return pa.schema(
        [pa.field(name, kinds.get(name, names), nullable=name in NUMBERS or name == "n") for name in COLUMNS]
    )


def table_of(columns: Mapping[str, Sequence[Any]]) -> pa.Table:
    """Return the table of columns, in the order of every cube. Each column has a value (or None) for each row."""
    import pyarrow as pa

    plain = pa.table(
        {
            field.name: pa.array(columns[field.name], pa.string() if pa.types.is_dictionary(field.type) else field.type)
            for field in schema()
        }
    ).sort_by([(name, "ascending") for name in ORDER])
    arrays = [
        column.combine_chunks().dictionary_encode() if pa.types.is_dictionary(field.type) else column
        for field, column in zip(schema(), plain.columns, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=schema())


def digest_of(cube: Cube) -> str:
    """Return `sha256:` and the digest of facts and rows. It is of the content: any library that writes the file gives the same.

    Column after column in their fixed order: texts with a line end behind each, numbers as 8 bytes (little-endian; 0 where there is none)
    after a byte for each row that says whether there is one. Equal digests mean equal figures to the last bit.
    """
    digest = hashlib.sha256(f"{FORMAT}\n{_canonical(cube.facts.model_dump(mode='json'))}\n".encode())
    for name in COLUMNS:
        digest.update(name.encode() + b"\n")
        column = cube.table.column(name).combine_chunks()
        if name in NUMBERS or name in COUNTS:
            known = column.is_valid().to_numpy(zero_copy_only=False)
            values = column.fill_null(0).to_numpy(zero_copy_only=False)
            digest.update(known.astype("u1").tobytes())
            digest.update(values.astype("<f8" if name in NUMBERS else "<i8").tobytes())
        else:
            # Each text is made once, not once a row; the last stands for no text (a row without one points nowhere).
            lines = [f"{text}\n" for text in (*column.dictionary.to_pylist(), None)]
            places = column.indices.fill_null(len(lines) - 1).to_numpy()
            digest.update("".join([lines[place] for place in places.tolist()]).encode())
    return f"sha256:{digest.hexdigest()}"


def write_cube(cube: Cube, seal: Seal | None = None) -> bytes:
    """Return a cube as a Parquet file with its facts and the digest of its content, and its seal where it has one."""
    import pyarrow.parquet as pq

    written = BytesIO()
    metadata = {FACTS_KEY: cube.facts.model_dump_json().encode(), DIGEST_KEY: digest_of(cube).encode()}
    if seal is not None:
        metadata[SEAL_KEY] = seal.model_dump_json().encode()
    pq.write_table(
        cube.table.replace_schema_metadata(metadata), written, compression="zstd", row_group_size=_ROWS_AT_A_TIME
    )
    return written.getvalue()


def read_cube(content: bytes) -> Cube:
    """Return the cube of a file that `write_cube` made. Raises `DamagedCubeError` when anything differs."""
    cube = open_cube(content)
    if digest_of(cube) != told_digest(content):
        raise DamagedCubeError("the content does not have the digest that the file tells")
    return cube


def open_cube(content: bytes) -> Cube:
    """Return the cube of a file without computing its digest anew: for one that was checked before. Raises `DamagedCubeError`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(BytesIO(content))
        table.validate(full=True)  # changed bytes can point to texts that are not there
    except (pa.ArrowException, OSError) as error:  # changed pages are errors of reading
        raise DamagedCubeError("no Parquet file that can be read") from error
    metadata = table.schema.metadata or {}
    if not {FACTS_KEY, DIGEST_KEY} <= metadata.keys():
        raise DamagedCubeError("no cube")
    try:
        # In one piece: figures are taken out of it one by one, and with several pieces their texts would be put together each time.
        table = table.replace_schema_metadata().cast(schema()).combine_chunks()
        return Cube(ReleaseFacts.model_validate_json(metadata[FACTS_KEY]), table)
    except (ValueError, pa.ArrowException) as error:  # facts that are none are a value error
        raise DamagedCubeError("other columns or facts than those of a cube") from error


def told_digest(content: bytes) -> str:
    """Return the digest that the file of a cube tells of its content."""
    import pyarrow.parquet as pq

    metadata: Mapping[bytes, bytes] = pq.read_metadata(BytesIO(content)).metadata
    return metadata[DIGEST_KEY].decode()


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
