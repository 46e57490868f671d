"""Files of microdata, read back by other programs: the same frequencies, labels, reasons and weights as in the protected records."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import duckdb
import pandas as pd
import practice_people as people
import pyarrow.parquet as pq
import pyreadstat
import pytest

from analysis.microdata.records import (
    AREA,
    HIGHEST_REASON,
    LOWEST_REASON,
    SUPPRESSED,
    WEIGHT,
    Category,
    MicrodataVariable,
    Role,
)
from analysis.microdata.synthetic import MARK
from analysis.results import Measure
from exports.microdata import practice
from exports.microdata.ddi import write_codebook
from exports.microdata.handing_out import Handout, file_label_of, file_name_of, notes_of, records_of
from exports.microdata.parquet import write_parquet
from exports.microdata.practice import make_practice
from exports.microdata.sav import write_sav
from exports.microdata.stata import LETTERS, write_stata
from exports.release.cube import Cube, SealedCube
from questionnaires.codebook import VariableKind

WRITERS: dict[str, Callable[[Handout], Iterator[bytes]]] = {
    "sav": write_sav,
    "dta": write_stata,
    "parquet": write_parquet,
    "xml": write_codebook,
}
HANDOUTS = {"under_agreement": people.handed_out, "for_practice": people.practice}


@pytest.fixture(params=HANDOUTS)
def handout(request: pytest.FixtureRequest) -> Handout:
    return HANDOUTS[request.param]()


def saved(handout: Handout, extension: str, folder: Path) -> Path:
    path = folder / file_name_of(handout, extension)
    path.write_bytes(b"".join(WRITERS[extension](handout)))
    return path


def frequencies(handout: Handout) -> dict[str, Counter[int]]:
    records = records_of(handout)
    return {one.name: Counter(records.columns[one.name].tolist()) for one in records.variables}


@pytest.mark.parametrize("extension", WRITERS)
def test_the_same_records_give_the_same_bytes(handout: Handout, extension: str) -> None:
    assert b"".join(WRITERS[extension](handout)) == b"".join(WRITERS[extension](handout))


def test_pyreadstat_reads_the_file_of_spss_back(handout: Handout, tmp_path: Path) -> None:
    frame, meta = pyreadstat.read_sav(saved(handout, "sav", tmp_path), user_missing=True)
    records = records_of(handout)
    assert {name: Counter(frame[name].tolist()) for name in frame} == frequencies(handout)
    for one in records.variables:
        assert meta.column_names_to_labels[one.name] == one.label
        assert meta.variable_value_labels.get(one.name, {}) == one.value_labels
        expected = [{"lo": LOWEST_REASON, "hi": HIGHEST_REASON}] if one.reasons else None
        assert meta.missing_ranges.get(one.name) == expected
    valid, _ = pyreadstat.read_sav(saved(handout, "sav", tmp_path))
    assert valid["TOE01"].min() == 1
    assert " ".join(meta.notes).startswith(notes_of(handout)[0])


def test_pyreadstat_and_pandas_read_the_file_of_stata_back(handout: Handout, tmp_path: Path) -> None:
    path = saved(handout, "dta", tmp_path)
    frame, meta = pyreadstat.read_dta(path, user_missing=True)
    numbers = {letter: reason for reason, letter in LETTERS.items()}
    read = {name: Counter(numbers.get(value, value) for value in frame[name].tolist()) for name in frame}
    expected = frequencies(handout)
    assert {name: found for name, found in read.items() if name != WEIGHT} == {
        name: found for name, found in expected.items() if name != WEIGHT
    }
    assert sum(frame[WEIGHT]) == pytest.approx(records_of(handout).columns[WEIGHT].sum())
    assert tuple(meta.notes[: len(notes_of(handout))]) == notes_of(handout)
    labelled = pd.read_stata(path)
    assert Counter(labelled["GES01"].dropna()) == {"Ja": expected["GES01"][1], "Nee": expected["GES01"][2]}
    lettered = pd.read_stata(path, convert_categoricals=False, convert_missing=True)["GES01"].astype(str)
    assert Counter(lettered)[".a"] == expected["GES01"][-6]


def test_duckdb_reads_parquet_and_the_metadata_say_what_numbers_mean(handout: Handout, tmp_path: Path) -> None:
    path = saved(handout, "parquet", tmp_path)
    for name, expected in frequencies(handout).items():
        assert dict(duckdb.sql(f"select \"{name}\", count(*) from '{path}' group by 1").fetchall()) == expected
    metadata = pq.read_schema(path).metadata
    variables = {one["name"]: one for one in json.loads(metadata[b"variables"])}
    assert variables["GES01"]["values"]["1"] == "Ja"
    assert SUPPRESSED in variables["GES01"]["missing"]
    assert metadata[b"notes"].decode().splitlines() == list(notes_of(handout))


def pspp(path: Path, *commands: str) -> str:
    """Return what PSPP says of a file, as CSV."""
    if shutil.which("pspp") is None and not os.environ.get("CI"):
        pytest.skip("pspp is not here: apt-get install pspp")
    syntax, shown = path.with_suffix(".sps"), path.with_suffix(".csv")
    syntax.write_text("\n".join((f"GET FILE='{path}'.", *commands)))
    subprocess.run(["pspp", "-O", "format=csv", "-o", shown, syntax], check=True, capture_output=True, timeout=60)
    return shown.read_text()


def table(shown: str, title: str) -> list[list[str]]:
    """Return the rows of a table of PSPP, without its head."""
    found = shown.partition(f"Table: {title}\n")[2].partition("\n\n")[0]
    return list(csv.reader(found.splitlines()))[1:]


def test_pspp_finds_the_same_frequencies_labels_and_reasons(handout: Handout, tmp_path: Path) -> None:
    asked = [one for one in records_of(handout).variables if one.name in {"GES01", "TOE01", "LFT01", "GSL01"}]
    names = " ".join(one.name for one in asked)
    shown = pspp(saved(handout, "sav", tmp_path), "WEIGHT OFF.", f"FREQUENCIES /VARIABLES={names}.")
    expected = frequencies(handout)
    for one in asked:
        counts, kind = {}, ""
        for row in table(shown, one.label):
            kind = row[0] or kind
            counts[kind, row[1]] = row[2]
        reasons = {number: "Missing" if number in one.reasons else "Valid" for number in one.value_labels}
        assert {key: count for key, count in counts.items() if key[0] != "Total"} == {
            (reasons[number], label): str(expected[one.name][number])
            for number, label in one.value_labels.items()
            if expected[one.name][number]
        }
        assert counts["Total", ""] == str(len(records_of(handout)))


def test_pspp_knows_the_labels_missing_values_weight_and_notes(handout: Handout, tmp_path: Path) -> None:
    shown = pspp(saved(handout, "sav", tmp_path), "DISPLAY DICTIONARY.", "DISPLAY DOCUMENTS.", "SHOW WEIGHT.")
    assert "WEIGHT is gewicht" in shown
    variables = records_of(handout).variables
    ranges = {True: f"{LOWEST_REASON} THRU {HIGHEST_REASON}", False: ""}
    assert [(row[0], row[2], row[9]) for row in table(shown, "Variables")] == [
        (one.name, one.label, ranges[bool(one.reasons)]) for one in variables
    ]
    known = [(row[1].partition("[")[0], row[2]) for row in table(shown, "Value Labels") if len(row) == 3]
    assert known == [(str(number), label) for one in variables for number, label in sorted(one.value_labels.items())]
    assert notes_of(handout)[0] in shown.replace("\n", " ")


def test_pspp_weighs_by_itself(tmp_path: Path) -> None:
    handout = people.handed_out()
    columns = records_of(handout).columns
    shown = pspp(saved(handout, "sav", tmp_path), "DESCRIPTIVES /VARIABLES=LEV01 /STATISTICS=MEAN.")
    valid = columns["LEV01"] > 0
    mean = (columns["LEV01"] * columns[WEIGHT])[valid].sum() / columns[WEIGHT][valid].sum()
    row = next(row for row in csv.reader(shown.splitlines()) if row[:1] == ["Cijfer voor het leven"])
    assert float(row[2]) == pytest.approx(mean, abs=0.006)


def test_the_agreement_and_the_citation_go_into_every_file(tmp_path: Path) -> None:
    handout = people.handed_out()
    told = ("Overeenkomst 2026-12", "Universiteit van Ergens", "hoe makkelijk mensen hulp vinden", "31 december 2027")
    citation = "CEO (2026). Wmo-meting 2026 (gesimuleerd), editie 1. https://ceo.example.org/cijfers/wmo-2026/1"
    _, sav = pyreadstat.read_sav(saved(handout, "sav", tmp_path))
    _, dta = pyreadstat.read_dta(saved(handout, "dta", tmp_path))
    texts = {
        "sav": " ".join(sav.notes),
        "dta": " ".join(dta.notes),
        "parquet": pq.read_schema(saved(handout, "parquet", tmp_path)).metadata[b"notes"].decode(),
        "xml": " ".join(ET.fromstring(b"".join(write_codebook(handout))).itertext()),
    }
    for extension, text in texts.items():
        assert all(one in text for one in (*told, citation, "GESIMULEERD")), extension
    assert sav.file_label.startswith("Overeenkomst 2026-12, t/m 2027-12-31")
    assert dta.file_label.startswith("Overeenkomst 2026-12, t/m 2027-12-31")


def test_a_file_for_practice_says_so_in_its_name_label_and_every_record(tmp_path: Path) -> None:
    handout = people.practice()
    assert file_name_of(handout, "sav") == "SYNTHETISCH-wmo-2026-1.sav"
    assert file_label_of(handout).startswith(MARK)
    frame, meta = pyreadstat.read_sav(saved(handout, "sav", tmp_path), apply_value_formats=True)
    assert meta.file_label.startswith(MARK)
    assert set(frame[MARK]) == {MARK}
    root = ET.fromstring(b"".join(write_codebook(handout)))
    assert root.findtext(".//{*}titl", "").startswith(MARK)


def test_a_draft_says_so() -> None:
    handout = people.handed_out()
    draft = replace(handout, seal=handout.seal.model_copy(update={"published_on": None, "state": "draft"}))
    assert any(note.startswith("CONCEPT") for note in notes_of(draft))


def test_made_up_people_have_the_released_shares_of_their_municipality() -> None:
    handout = people.practice()
    records, release = handout.microdata.records, people.cubes.release()
    variables = {one.variable: one for one in records.variables}
    areas = {one.code: one.number for one in variables[AREA].categories}
    checked = 0
    for row in release.cube.rows():
        variable = variables.get(row["indicator"])
        if (
            row["value"] is None
            or row["breakdown"]
            or row["measure"] != Measure.CATEGORY
            or row["area"] not in areas
            or not variable
        ):
            continue
        column = records.columns[variable.name][records.columns[AREA] == areas[row["area"]]]
        valid = column[column > 0]
        numbers = {one.code: one.number for one in variable.categories}
        found = (valid == numbers.get(row["category"], 0 if numbers else int(row["category"]))).mean()
        # Released shares are rounded to a hundredth.
        assert abs(found - row["value"]) <= 4.5 * (row["value"] * (1 - row["value"]) / len(valid)) ** 0.5 + 0.01
        checked += 1
    assert checked > 400


def test_a_share_of_an_option_becomes_shares_of_chosen_and_not_chosen() -> None:
    yes_no = (Category(0, "nee", "Niet gekozen"), Category(1, "ja", "Gekozen"))
    option = MicrodataVariable("q_a", "q:a", Role.OPTION, VariableKind.MULTI, "Q: a", categories=yes_no)
    released = {("category", "a"): 0.25, ("category", "b"): 0.9, ("missing", "dont_know"): 0.2}
    shares = practice._shares(option, "a", practice._Cell(released, people=95), 100)
    # Of hundred people five skipped the question, and nineteen of the others did not know.
    assert shares == pytest.approx({-5: 0.05, -6: 0.19, 0: 0.57, 1: 0.19})


def test_made_up_people_are_made_of_released_figures_only() -> None:
    release = people.cubes.release()
    bare = Cube(release.facts, release.cube.table.slice(0, 0))
    found = make_practice(SealedCube(bare, release.seal), people.pooled(), n=100, seed=1)
    assert isinstance(found, tuple)
    assert found[0].place == "release"


def test_the_codebook_counts_what_is_in_the_file(handout: Handout) -> None:
    root = ET.fromstring(b"".join(write_codebook(handout)))
    expected = frequencies(handout)
    found: dict[str, Any] = {one.get("name", ""): one for one in root.iterfind(".//{*}var")}
    assert list(found) == [one.name for one in records_of(handout).variables]
    for one in records_of(handout).variables:
        var = found[one.name]
        counted = {int(it.findtext("{*}catValu")): int(it.findtext("{*}catStat")) for it in var.iterfind("{*}catgry")}
        assert counted == {number: expected[one.name][number] for number in one.value_labels}
        assert [int(it.get("VALUE")) for it in var.iterfind("{*}invalrng/{*}item")] == list(one.reasons)
        assert [(it.get("elementVersion"), it.findtext("{*}qstnLit")) for it in var.iterfind("{*}qstn")] == list(
            one.wordings
        )
        assert (var.get("wgt") == "wgt") is (one.name == WEIGHT)


def test_nothing_of_a_file_stays_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert b"".join(write_sav(people.handed_out()))
    assert list(tmp_path.iterdir()) == []
