"""The digest of a cube is of its content: of every text and number, whatever the file keeps them in."""

from __future__ import annotations

import hashlib
import json
from io import BytesIO

import made_releases
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from exports.release.cube import (
    COLUMNS,
    COUNTS,
    FORMAT,
    NUMBERS,
    Cube,
    DamagedCubeError,
    digest_of,
    open_cube,
    write_cube,
)


def told_row_by_row(cube: Cube) -> str:
    """Return the digest as its rule says it: one text after the other, as they stand in the rows."""
    facts = json.dumps(cube.facts.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(f"{FORMAT}\n{facts}\n".encode())
    for name in COLUMNS:
        digest.update(f"{name}\n".encode())
        column = cube.table.column(name).to_pylist()
        if name in NUMBERS or name in COUNTS:
            digest.update(bytes(value is not None for value in column))
            kind = pa.float64() if name in NUMBERS else pa.int64()
            digest.update(pa.array([value or 0 for value in column], kind).to_numpy(zero_copy_only=False).tobytes())
        else:
            digest.update("".join(f"{text}\n" for text in column).encode())
    return f"sha256:{digest.hexdigest()}"


def with_column(cube: Cube, name: str, column: pa.Array) -> Cube:
    return Cube(cube.facts, cube.table.set_column(cube.table.schema.get_field_index(name), name, column))


def test_the_digest_is_of_the_texts_in_the_rows() -> None:
    cube = made_releases.cut().cube
    assert digest_of(cube) == told_row_by_row(cube)
    assert digest_of(made_releases.cut(()).cube) == told_row_by_row(made_releases.cut(()).cube)


def test_the_order_in_which_a_file_keeps_its_texts_does_not_matter() -> None:
    cube = made_releases.cut().cube
    flags = cube.table.column("flags").combine_chunks()
    turned = pa.DictionaryArray.from_arrays(
        pa.array([len(flags.dictionary) - 1 - place for place in flags.indices.to_pylist()], pa.int32()),
        flags.dictionary[::-1],
    )
    assert digest_of(with_column(cube, "flags", turned)) == digest_of(cube)


@pytest.mark.parametrize("missing", [pa.array([0, None] * 10, pa.int32()), pa.array([0, 1] * 10, pa.int32())])
def test_a_row_without_a_text_counts_as_before_wherever_the_file_keeps_that(missing: pa.Array) -> None:
    cube = made_releases.cut().cube
    short = Cube(cube.facts, cube.table.slice(0, 20))
    holed = with_column(short, "flags", pa.DictionaryArray.from_arrays(missing, pa.array(["few", None])))
    assert digest_of(holed) == told_row_by_row(holed)


def test_a_file_with_other_bytes_is_damaged_or_has_another_digest_and_breaks_nothing() -> None:
    cube = made_releases.cut().cube
    content, damaged = write_cube(cube), 0
    for place in range(100, len(content), len(content) // 40):
        try:
            changed = open_cube(bytes([*content[:place], content[place] ^ 0x5A, *content[place + 1 :]]))
        except DamagedCubeError:
            damaged += 1
            continue
        same = changed.table.equals(cube.table) and changed.facts == cube.facts
        assert same is (digest_of(changed) == digest_of(cube))
    assert damaged


def test_a_table_with_other_columns_is_no_cube() -> None:
    cube = made_releases.cut().cube
    written = BytesIO()
    metadata = pq.read_schema(BytesIO(write_cube(cube))).metadata
    pq.write_table(cube.table.drop_columns(["value"]).replace_schema_metadata(metadata), written)
    with pytest.raises(DamagedCubeError):
        open_cube(written.getvalue())
