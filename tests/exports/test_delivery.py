"""Deliveries to national portals: the same figures in the words of the receiver, never more than was released, with a receipt."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import replace
from datetime import date
from importlib.resources import files
from typing import Any

import cubes
import made_releases
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.release.cube import COLUMNS, SealedCube
from exports.release.delivered_text import NumberForm, number_text
from exports.release.delivery import Delivery, DeliveryFault, DeliveryReceipt, deliver
from exports.release.delivery_profile import DeliveryProfile, WrittenProfile, read_profile

DAY = date(2026, 11, 22)
HEAD = "profile: proef\nversion: 1\ntitle: Een proef\n"
PLAIN = HEAD + (
    "columns:\n  - {name: gebied, column: area}\n  - {name: vraag, column: indicator}\n"
    "  - {name: maat, column: measure}\n  - {name: antwoord, column: category}\n"
    "  - {name: deling, column: breakdown}\n  - {name: groep, column: level}\n"
    "  - {name: cijfer, column: value}\n  - {name: n, column: n}\n  - {name: waarom, column: suppression}\n"
    "  - {name: band, column: band}\n"
)


def profile_of(text: str) -> DeliveryProfile:
    found = read_profile(text, "proef.yaml")
    assert isinstance(found, WrittenProfile), found
    return found.profile


def delivered(text: str, release: SealedCube | None = None) -> tuple[bytes, DeliveryReceipt]:
    found = deliver(release or cubes.release(), profile_of(text))
    assert isinstance(found, Delivery), found
    file = io.BytesIO()
    receipt = found.write(file, day=DAY)
    return file.getvalue(), receipt


def rows_of(content: bytes, encoding: str = "utf-8", separator: str = ";") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(encoding), newline=""), delimiter=separator))


def faults_of(text: str, release: SealedCube | None = None) -> dict[tuple[str | int, ...], str]:
    found = deliver(release or cubes.release(), profile_of(text))
    assert isinstance(found, tuple)
    assert all(isinstance(one, DeliveryFault) and one.cause and one.cure for one in found)
    return {one.place: one.cause for one in found}


def test_a_delivery_holds_the_released_figures_and_nothing_else() -> None:
    content, receipt = delivered(PLAIN)
    rows, figures = rows_of(content), list(cubes.release().cube.rows())
    assert receipt.rows == len(rows) == len(figures)
    for row, figure in zip(rows, figures, strict=True):
        assert (row["gebied"], row["vraag"], row["maat"], row["waarom"]) == (
            figure["area"],
            figure["indicator"],
            figure["measure"],
            figure["suppression"],
        )
        assert (float(row["cijfer"].replace(",", ".")) if row["cijfer"] else None) == figure["value"]
        assert (int(row["n"]) if row["n"] else None) == figure["n"]


def test_the_receipt_tells_what_was_delivered_and_of_which_release() -> None:
    content, receipt = delivered(PLAIN)
    release, profile = cubes.release(), profile_of(PLAIN)
    assert receipt.sha256 == hashlib.sha256(content).hexdigest()
    assert (receipt.size, receipt.delivered_on, receipt.withheld) == (len(content), DAY, 0)
    assert (receipt.release, receipt.release_digest) == ("wmo-2026/1", release.seal.digest)
    assert (receipt.profile, receipt.profile_version, receipt.profile_digest) == ("proef", 1, profile.digest)
    assert receipt.notices[0].startswith("GESIMULEERD")
    assert "https://ceo.example.org/cijfers/wmo-2026/1" in receipt.citation
    assert DeliveryReceipt.model_validate_json(receipt.model_dump_json()) == receipt
    # How a profile was written down does not matter; what it says does.
    assert profile_of(f"# anders\n{PLAIN}").digest == profile.digest
    assert profile_of(PLAIN.replace("version: 1", "version: 2")).digest != profile.digest


def test_the_example_writes_names_percentages_decimals_and_reasons() -> None:
    text = files("exports.release").joinpath("profiles/voorbeeld.yaml").read_text(encoding="utf-8")
    content, _ = delivered(text)
    assert content == delivered(text)[0]
    rows = {(one["gemeentecode"], one["indicator"], one["soort"]): one for one in rows_of(content)}
    figures = [
        one
        for one in cubes.release().cube.rows()
        if one["area_type"] == "municipality" and one["measure"] in {"score", "share"} and not one["breakdown"]
    ]
    assert len(rows) == len(figures)
    for figure in figures:
        row = rows[figure["area"], figure["indicator"], {"score": "S", "share": "P"}[figure["measure"]]]
        assert row["bron"] == "Cliëntervaringsonderzoek"
        if figure["value"] is None:
            assert {row[name] for name in ("waarde", "ondergrens", "bovengrens", "respondenten")} == {"."}
        else:
            percentage = 100 if figure["measure"] == "share" else 1
            assert abs(float(row["waarde"].replace(",", ".")) - percentage * figure["value"]) <= 0.05 + 1e-9
            assert len(row["waarde"].partition(",")[2]) == 1
    assert rows["GM1900", "TOE01", "S"]["gemeente"] == "Súdwest-Fryslân"
    assert rows["GM1900", "TOE01", "S"]["omschrijving"] == "Hulp aanvragen was makkelijk"


def test_a_threshold_withholds_all_that_is_said_of_a_figure() -> None:
    strict = f'{PLAIN}thresholds: {{minimum_n: 200}}\nno_figure: {{suppressed: ".", withheld: "x"}}\n'
    rows = rows_of(delivered(strict)[0])
    below = 0
    for row, figure in zip(rows, cubes.release().cube.rows(), strict=True):
        if figure["value"] is None:
            assert (row["cijfer"], row["n"], row["waarom"]) == (".", ".", figure["suppression"])
        elif figure["n"] < 205:  # rounded to fives: 200 may be 198
            below += 1
            assert (row["cijfer"], row["n"], row["waarom"], row["band"]) == ("x", "x", "threshold", "")
        else:
            assert (row["n"], row["band"]) == (str(figure["n"]), figure["band"])
    assert below == delivered(strict)[1].withheld > 0
    left = rows_of(delivered(f"{PLAIN}thresholds: {{minimum_n: 200}}\nno_figure: {{rows: leave_out}}\n")[0])
    assert left == [row for row in rows if row["cijfer"] not in {".", "x"}]
    effective = delivered(f"{PLAIN}thresholds: {{minimum_effective_n: 100}}\n")[1]
    assert effective.withheld == sum(
        figure["value"] is not None and figure["effective_n"] < 105 for figure in cubes.release().cube.rows()
    )


def test_a_rounded_count_goes_along_only_when_it_certainly_reaches_the_threshold() -> None:
    """29 people stand as 30 in a release that counts by fives: who asks for 30 does not get them."""
    shown = {
        "measure": "mean",
        "value": 7.0,
        "lower": 6.0,
        "upper": 8.0,
        "suppression": "",
        "breakdown": "",
        "level": "",
    }
    levels = {10: "a", 25: "b", 30: "c", 35: "d"}
    made = made_releases.of_rows(
        *({**shown, "n": n, "effective_n": float(n), "breakdown": "LFT01", "level": it} for n, it in levels.items())
    )

    def kept(thresholds: str, release: SealedCube = made) -> tuple[list[str], tuple[str, ...]]:
        content, receipt = delivered(f"{PLAIN}thresholds: {{{thresholds}}}\nno_figure: {{rows: leave_out}}\n", release)
        return [row["n"] for row in rows_of(content)], receipt.notices

    assert kept("minimum_n: 30")[0] == kept("minimum_effective_n: 30")[0] == ["35"]
    assert kept("minimum_n: 28")[0] == ["30", "35"]
    assert kept("minimum_effective_n: 28")[0] == ["35"]
    # No figure of a release is about fewer people than its floor.
    assert kept("minimum_n: 10")[0] == ["10", "25", "30", "35"]
    assert "afgerond op 5" in kept("minimum_n: 30")[1][-1]
    assert not any("afgerond" in notice for notice in delivered(PLAIN, made)[1].notices)


def test_counts_that_are_not_rounded_reach_their_threshold_exactly() -> None:
    facts = cubes.release().facts
    assert facts.counted_by == facts.model_copy(update={"policy": "onbekend"}).counted_by == 5
    exact = facts.model_copy(update={"policy": "municipality 1, ondergrens 10"})
    assert exact.counted_by == 1
    cube = made_releases.of_rows({"value": 1.0, "n": 30, "suppression": ""}).cube
    release = SealedCube(replace(cube, facts=exact), cubes.release().seal)
    assert delivered(f"{PLAIN}thresholds: {{minimum_n: 30}}\n", release)[1].withheld == 0
    assert delivered(f"{PLAIN}thresholds: {{minimum_n: 31}}\n", release)[1].withheld == 1


def test_a_profile_can_be_stricter_than_the_release_and_never_laxer() -> None:
    floor = cubes.release().facts.floor
    assert ("thresholds", "minimum_n") in faults_of(f"{PLAIN}thresholds: {{minimum_n: {floor - 1}}}\n")
    assert delivered(f"{PLAIN}thresholds: {{minimum_n: {floor}}}\n")[1].withheld == 0


def test_everything_that_is_wrong_with_a_profile_is_told_at_once() -> None:
    text = HEAD + (
        "select: {indicator: [TOE01, TOE99], measure: [share], area: [GM9999, GM0344]}\n"
        "columns:\n"
        "  - {name: a, column: gebied}\n"
        "  - {name: a, column: area, decimals: 1}\n"
        "  - {name: b, column: value, codes: {x: y}}\n"
        "  - {name: c, column: area, codes: {GM0034: A}}\n"
        "  - {name: d, column: flags, write: words}\n"
        "  - {name: 'Ł', constant: 'ő'}\n"
        "file: {encoding: windows-1252}\n"
    )
    found = faults_of(text)
    assert set(found) == {
        ("select", "indicator", 1),
        ("select", "area", 0),
        ("columns", 0, "column"),
        ("columns", 1, "name"),
        ("columns", 1, "decimals"),
        ("columns", 2, "codes"),
        ("columns", 3, "codes"),
        ("columns", 4, "write"),
        ("columns", 5, "name"),
        ("columns", 5, "constant"),
    }
    assert "GM0344" in found["columns", 3, "codes"]
    assert faults_of(f"{PLAIN}select: {{area: [GM0344], area_type: [nation]}}\n").keys() == {("select",)}


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ("columns: [{name: a}]", "columns[0]"),
        ("columns: [{name: a, column: area, constant: x}]", "columns[0]"),
        ("columns: [{name: a, constant: x, decimals: 1}]", "columns[0]"),
        ("columns: [{name: a, column: area, write: words, codes: {x: y}}]", "columns[0]"),
        ("columns: [{name: a, column: area}]\nfile: {separator: ',', decimal_sign: ','}", "file"),
        ("columns: [{name: a, column: area}]\nminimum_n: 4", "minimum_n"),
        ("columns: [{name: a, column: value, decimals: '1'}]", "columns[0].decimals"),
        ("columns: []", "columns"),
    ],
)
def test_a_profile_of_another_form_is_told_with_its_line(wrong: str, place: str) -> None:
    found = read_profile(f"{HEAD}{wrong}\n", "proef.yaml")
    assert isinstance(found, tuple)
    assert [(one.place, one.line >= 4) for one in found] == [(place, True)]


def test_only_what_is_published_and_stands_is_delivered() -> None:
    release = cubes.release()
    for changed in ({"published_on": None, "state": "draft"}, {"state": "withdrawn", "reason": "Een fout."}):
        assert set(faults_of(PLAIN, replace(release, seal=release.seal.model_copy(update=changed)))) == {()}


@pytest.mark.parametrize(
    ("form", "encoding", "separator"),
    [
        ("separator: tab, encoding: utf-8-sig", "utf-8-sig", "\t"),
        ("separator: ',', decimal_sign: '.', encoding: windows-1252", "windows-1252", ","),
        ("separator: '|', decimal_sign: '.'", "utf-8", "|"),
    ],
)
def test_the_file_is_written_as_the_receiver_asks(form: str, encoding: str, separator: str) -> None:
    text = HEAD + (
        "select: {indicator: [TOE01], measure: [share], area_type: [municipality], breakdown: ['']}\n"
        "columns:\n  - {name: \"naam; 'a,b|c'\", column: area, write: words}\n  - {name: p, column: value}\n"
        "  - {name: vast, constant: 'zeg \"ja\", nu'}\n"
        f"file: {{{form}}}\n"
    )
    content, receipt = delivered(text)
    rows = rows_of(content, encoding, separator)
    assert content.startswith(b"\xef\xbb\xbf") is (encoding == "utf-8-sig")
    assert content.count(b"\r\n") == receipt.rows + 1 == len(rows) + 1
    assert {row["vast"] for row in rows} == {'zeg "ja", nu'}
    assert "Súdwest-Fryslân" in {row["naam; 'a,b|c'"] for row in rows}


def test_every_column_of_the_cube_can_be_delivered() -> None:
    lines = "".join(f"  - {{name: k_{name}, column: {name}}}\n" for name in COLUMNS)
    rows = rows_of(delivered(f"{HEAD}columns:\n{lines}")[0])
    first: dict[str, Any] = next(iter(cubes.release().cube.rows()))
    assert {name.removeprefix("k_") for name in rows[0]} == set(COLUMNS)
    assert [rows[0][f"k_{name}"] for name in ("release", "edition", "area", "inference")] == [
        first["release"],
        str(first["edition"]),
        first["area"],
        first["inference"],
    ]


@given(st.floats(0, 1), st.integers(0, 6))
def test_a_rounded_percentage_is_within_half_a_step(share: float, decimals: int) -> None:
    written = number_text(share, NumberForm(".", decimals, factor=100))
    assert abs(float(written) - 100 * share) <= 0.5 * 10**-decimals + 1e-12
    assert len(written.partition(".")[2]) == decimals
