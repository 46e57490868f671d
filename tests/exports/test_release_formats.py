"""Release files for programs: readers that know nothing of us find the same numbers, labels and missings."""

from __future__ import annotations

import csv
import json
import re
import tracemalloc
from collections.abc import Iterator
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import csvw
import cubes
import duckdb
import made_releases
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports.release.column_words import DUTCH, KEY, TITLES
from exports.release.cube import COLUMNS, COUNTS, NUMBERS, SealedCube, read_cube
from exports.release.facts import Seal
from exports.release.formats import RELEASE_FORMATS

OURS = ("parquet", "csv", "csv-metadata.json", "json")
TEXTS = st.sampled_from(made_releases.HARD) | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def written(release: SealedCube, extension: str) -> bytes:
    return b"".join(RELEASE_FORMATS[extension].write(release))


def sealed(**changes: Any) -> SealedCube:
    release = made_releases.cut()
    return SealedCube(release.cube, Seal.model_validate(release.seal.model_dump() | changes))


def typed(row: dict[str, str]) -> dict[str, Any]:
    """A line of the CSV as the cube has it."""
    kinds: dict[str, Any] = dict.fromkeys(NUMBERS, float) | dict.fromkeys(COUNTS, int)
    return {name: text if name not in kinds else kinds[name](text) if text else None for name, text in row.items()}


def json_rows(content: bytes) -> list[dict[str, Any]]:
    document = json.loads(content)
    return [dict(zip([it["name"] for it in document["columns"]], row, strict=True)) for row in document["rows"]]


@pytest.fixture(scope="module")
def release() -> SealedCube:
    return cubes.release()


@pytest.fixture(scope="module")
def folder(release: SealedCube, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    for extension in OURS:
        (folder / f"1.{extension}").write_bytes(written(release, extension))
    return folder


# Independent readers


@pytest.mark.parametrize("extension", ["parquet", "csv"])
def test_duckdb_finds_the_same_figures(release: SealedCube, folder: Path, extension: str) -> None:
    kinds = dict.fromkeys(COLUMNS, "VARCHAR") | dict.fromkeys(NUMBERS, "DOUBLE") | dict.fromkeys(COUNTS, "BIGINT")
    source = {
        "parquet": f"'{folder / '1.parquet'}'",
        "csv": f"read_csv('{folder / '1.csv'}', columns={kinds}, header=true, strict_mode=true)",
    }[extension]
    with duckdb.connect() as database:
        answer = database.sql(f"SELECT * FROM {source}")
        names, found = answer.columns, answer.fetchall()
        asked = f"SELECT count(*), count(value) FROM {source} WHERE area = 'GM0060' AND measure = 'score'"
        (counted,) = database.sql(asked).fetchall()
    # Empty text in a CSV is no value.
    empty = "" if extension == "parquet" else None
    expected = [
        tuple(empty if cell == "" else cell for cell in row.values()) for row in made_releases.expected(release)
    ]
    assert names == list(COLUMNS)
    assert found == expected
    ameland = [it for it in made_releases.expected(release) if (it["area"], it["measure"]) == ("GM0060", "score")]
    assert counted == (len(ameland), 0)


def test_pandas_finds_the_same_figures(release: SealedCube, folder: Path) -> None:
    expected = release.cube.table.to_pandas(strings_to_categorical=False).astype(
        dict.fromkeys(set(COLUMNS) - {*NUMBERS, *COUNTS}, "str") | {"n": "float64"}
    )
    texts = dict.fromkeys(set(COLUMNS) - {*NUMBERS, *COUNTS}, "str")
    blank = {name: [""] for name in (*NUMBERS, *COUNTS)}
    from_csv = pd.read_csv(folder / "1.csv", dtype=texts, keep_default_na=False, na_values=blank)
    from_parquet = pd.read_parquet(folder / "1.parquet").astype(texts | {"n": "float64"})
    pd.testing.assert_frame_equal(from_csv, expected, check_exact=True)
    pd.testing.assert_frame_equal(from_parquet, expected, check_exact=True)


def test_json_holds_the_same_figures_and_what_must_be_known_to_read_them(release: SealedCube, folder: Path) -> None:
    content = (folder / "1.json").read_bytes()
    document = json.loads(content)
    assert json_rows(content) == made_releases.expected(release)
    assert document["facts"] == release.facts.model_dump(mode="json")
    assert document["seal"] == release.seal.model_dump(mode="json")
    assert [it["name"] for it in document["columns"]] == list(COLUMNS)


def test_csvw_validates_the_csv_with_its_metadata_and_gives_typed_values(tmp_path: Path) -> None:
    release = made_releases.cut()
    for extension in ("csv", "csv-metadata.json"):
        (tmp_path / f"1.{extension}").write_bytes(written(release, extension))
    found = csvw.CSVW(str(tmp_path / "1.csv"), validate=True)
    assert (found.is_valid, found.warnings) == (True, [])
    rows = [dict(row) for row in found.tables[0]]
    expected = [
        {name: None if cell == "" else cell for name, cell in row.items()} for row in made_releases.expected(release)
    ]
    assert rows == expected
    assert {type(rows[0][name]) for name in COUNTS} == {int}
    assert {type(row[name]) for name in NUMBERS for row in rows} == {float, type(None)}


@pytest.mark.filterwarnings("default")  # which is how csvw tells
@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ("wmo-2026,1,GM0034,", "wmo-2026,,GM0034,"),  # a column that is never empty
        ("wmo-2026,1,GM0034,", "wmo-2026,een,GM0034,"),  # no number
    ],
)
def test_csvw_finds_what_is_damaged(tmp_path: Path, change: str, broken: str) -> None:
    release = made_releases.cut()
    (tmp_path / "1.csv-metadata.json").write_bytes(written(release, "csv-metadata.json"))
    content = written(release, "csv").decode()
    assert change in content
    (tmp_path / "1.csv").write_text(content.replace(change, broken, 1), newline="")
    assert not csvw.CSVW(str(tmp_path / "1.csv"), validate=True).is_valid


def test_a_figure_that_stands_twice_is_found_by_the_key_of_the_metadata(tmp_path: Path) -> None:
    release = made_releases.repeated(made_releases.cut(("wmo_toegang",)), 2)
    for extension in ("csv", "csv-metadata.json"):
        (tmp_path / f"1.{extension}").write_bytes(written(release, extension))
    with pytest.raises(ValueError, match="duplicate primary key"):
        _ = csvw.CSVW(str(tmp_path / "1.csv"), validate=True).is_valid


# Every cell


@settings(max_examples=60, deadline=None)
@given(st.lists(made_releases.rows(TEXTS), min_size=1, max_size=5))
def test_every_cell_equals_the_cube(rows: list[dict[str, Any]]) -> None:
    release = made_releases.of_rows(*rows)
    expected = made_releases.expected(release)
    assert json_rows(written(release, "json")) == expected
    lines = csv.DictReader(StringIO(written(release, "csv").decode(), newline=""), strict=True)
    assert list(map(typed, lines)) == expected
    assert pq.read_table(BytesIO(written(release, "parquet"))).to_pylist() == expected


def test_csv_follows_rfc_4180() -> None:
    content = written(made_releases.of_rows({"population": 'Cliënten, "oud"\nof nieuw'}), "csv")
    head, line, after = content.decode().split("\r\n")
    assert (head, after) == (",".join(COLUMNS), "")
    assert ',"Cliënten, ""oud""\nof nieuw",' in line


@pytest.mark.parametrize(
    ("number", "text"),
    [(840.0, "840"), (0.34, "0.34"), (0.1 + 0.2, "0.30000000000000004"), (-1.5, "-1.5"), (2e-8, "2e-8"), (None, "")],
)
def test_numbers_stand_in_their_shortest_exact_form(number: float | None, text: str) -> None:
    lines = csv.DictReader(StringIO(written(made_releases.of_rows({"difference": number}), "csv").decode()))
    assert next(lines)["difference"] == text


def test_a_release_without_figures_is_a_file_with_a_head() -> None:
    release = made_releases.cut(())
    assert written(release, "csv").decode() == ",".join(COLUMNS) + "\r\n"
    assert json_rows(written(release, "json")) == []
    assert pq.read_table(BytesIO(written(release, "parquet"))).num_rows == 0


# What goes along


def test_parquet_is_read_back_as_a_cube_with_citation_licence_and_digest(release: SealedCube, folder: Path) -> None:
    content = (folder / "1.parquet").read_bytes()
    cube = read_cube(content)
    assert (cube.facts, cube.table) == (release.facts, release.cube.table)
    metadata = {name.decode(): text.decode() for name, text in pq.read_schema(BytesIO(content)).metadata.items()}
    assert Seal.model_validate_json(metadata["ceo.seal"]) == release.seal
    assert metadata["citation"].startswith(
        "CEO (2026). Wmo-meting 2026 (gesimuleerd), editie 1. https://ceo.example.org/"
    )
    assert metadata["license"] == "CC BY 4.0 https://creativecommons.org/licenses/by/4.0/deed.nl"
    assert metadata["digest"] == release.seal.digest
    assert metadata["notice"].startswith("GESIMULEERD")


def test_the_metadata_of_the_csv_say_title_publisher_licence_citation_and_digest(folder: Path) -> None:
    table = json.loads((folder / "1.csv-metadata.json").read_bytes())
    assert table["url"] == "1.csv"
    assert table["dc:title"] == {"@value": "Wmo-meting 2026 (gesimuleerd)", "@language": "nl"}
    assert (table["dc:publisher"], table["dc:identifier"]) == ("CEO", f"sha256:{'3f' * 32}")
    assert table["dc:license"] == {"@id": "https://creativecommons.org/licenses/by/4.0/deed.nl"}
    assert "editie 1" in table["dc:bibliographicCitation"]
    assert table["tableSchema"]["primaryKey"] == list(KEY)
    value = next(it for it in table["tableSchema"]["columns"] if it["name"] == "value")
    assert value == {
        "name": "value",
        "titles": {"nl": "Waarde", "en": ["value", "Value"]},
        "dc:description": [
            {"@value": "het cijfer; leeg als er geen is", "@language": "nl"},
            {"@value": "the figure; empty where there is none", "@language": "en"},
        ],
        "datatype": "double",
        "null": "",
        "propertyUrl": "http://purl.org/linked-data/sdmx/2009/measure#obsValue",
    }


@pytest.mark.parametrize("extension", ["parquet", "csv-metadata.json", "json"])
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ["GESIMULEERD"]),
        ({"published_on": None, "state": "draft"}, ["GESIMULEERD", "CONCEPT"]),
        ({"state": "withdrawn", "reason": "Fout in de weging"}, ["GESIMULEERD", "INGETROKKEN", "Fout in de weging"]),
        ({"state": "corrected", "reason": "Emmen ontbrak"}, ["GESIMULEERD", "VERBETERD", "Emmen ontbrak"]),
    ],
)
def test_a_file_says_first_what_must_not_be_missed(extension: str, changes: dict[str, Any], said: list[str]) -> None:
    content = written(sealed(**changes), extension)
    if extension == "parquet":
        content = pq.read_schema(BytesIO(content)).metadata[b"notice"]
    words = re.findall(r"\b[A-Z]{6,}\b", content.decode())
    assert {it for it in words if it in {"GESIMULEERD", "CONCEPT", "INGETROKKEN", "VERBETERD"}} == set(said) - {
        changes.get("reason", "")
    }
    assert all(text.encode() in content for text in said)


def test_every_column_has_words_in_both_languages() -> None:
    assert [*TITLES] == [*DUTCH] == [*COLUMNS]
    assert all(set(titles) == {"nl", "en"} for titles in TITLES.values())


# Bytes and memory


@pytest.mark.parametrize("extension", OURS)
def test_the_same_release_gives_the_same_bytes(extension: str) -> None:
    release = made_releases.cut()
    again = SealedCube(read_cube(written(release, "parquet")), Seal.model_validate(release.seal.model_dump()))
    assert written(again, extension) == written(release, extension)


@pytest.mark.parametrize("extension", ["csv", "json"])
def test_memory_does_not_grow_with_the_length_of_a_release(release: SealedCube, extension: str) -> None:
    def extra(times: int) -> int:
        long, pool = made_releases.repeated(release, times), pa.proxy_memory_pool(pa.default_memory_pool())
        before = pa.default_memory_pool()
        tracemalloc.start()
        pa.set_memory_pool(pool)
        try:
            for part in RELEASE_FORMATS[extension].write(long):
                assert part
            # Cells are made outside Python's own memory.
            return tracemalloc.get_traced_memory()[1] + int(pool.max_memory())
        finally:
            pa.set_memory_pool(before)
            tracemalloc.stop()

    extra(1)  # what is loaded once
    assert extra(20) < 1.2 * extra(1)


def test_parquet_leaves_in_parts() -> None:
    def sizes(release: SealedCube) -> Iterator[int]:
        return map(len, RELEASE_FORMATS["parquet"].write(release))

    long = made_releases.repeated(cubes.release(), 5)
    assert len([size for size in sizes(long) if size > 1000]) > len(
        [it for it in sizes(made_releases.cut()) if it > 1000]
    )


def test_drafts_are_dated_by_their_period_and_never_by_the_day_of_writing() -> None:
    table = json.loads(written(sealed(published_on=None, state="draft"), "csv-metadata.json"))
    assert table["dc:date"]["@value"] == date(2026, 4, 30).isoformat()
