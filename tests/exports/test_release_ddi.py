"""The codebook of a release: valid DDI-Codebook 2.5, with wordings by version and released shares, and with nothing that was not released.

The schema of the DDI Alliance (2.5.1, LGPL) does not travel with this repository. `CEO_DDI_SCHEMA` names its `codebook.xsd`; without it the
order of elements and the references are checked here, for the parts that we use.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import cubes
import practice_people as people
import pytest

from analysis.results import Measure
from exports.microdata.ddi import write_codebook as write_microdata_codebook
from exports.release.cube import SealedCube
from exports.release.ddi import write_codebook
from exports.release.ddi_study import element
from exports.release.facts import NATION
from exports.release.formats import RELEASE_FORMATS

SPACE = "{ddi:codebook:2_5}"
# The order in which the schema wants the parts of an element, as far as we use them.
ORDER = {
    "codeBook": "stdyDscr fileDscr dataDscr",
    "stdyDscr": "citation stdyInfo method dataAccs notes",
    "citation": "titlStmt rspStmt prodStmt distStmt verStmt biblCit holdings notes",
    "titlStmt": "titl IDNo",
    "rspStmt": "AuthEnty",
    "prodStmt": "producer software",
    "distStmt": "distrbtr distDate",
    "verStmt": "version notes",
    "stdyInfo": "subject abstract sumDscr",
    "subject": "keyword",
    "sumDscr": "timePrd collDate nation geogCover geogUnit anlyUnit universe dataKind",
    "method": "dataColl notes anlyInfo",
    "dataColl": "timeMeth dataCollector resInstru weight",
    "anlyInfo": "respRate",
    "dataAccs": "useStmt",
    "useStmt": "restrctn citReq conditions disclaimer",
    "fileDscr": "fileTxt notes",
    "fileTxt": "fileName dimensns fileType",
    "dimensns": "caseQnty varQnty",
    "dataDscr": "var",
    "var": "labl qstn valrng invalrng universe sumStat catgry verStmt concept derivation varFormat notes",
    "qstn": "qstnLit",
    "valrng": "range",
    "invalrng": "item",
    "catgry": "catValu labl catStat",
    "derivation": "drvdesc",
}
CODEBOOKS = {
    "release": lambda: write_codebook(cubes.release()),
    "under_agreement": lambda: write_microdata_codebook(people.handed_out()),
    "for_practice": lambda: write_microdata_codebook(people.practice()),
}


@pytest.fixture(params=CODEBOOKS)
def codebook(request: pytest.FixtureRequest) -> bytes:
    return b"".join(CODEBOOKS[request.param]())


def structure_faults(root: ET.Element) -> Iterator[str]:
    """Yield what the schema would not take: unknown parts, parts in another order, references to nothing, names that occur twice."""
    names = [one.get("ID", "") for one in root.iter() if "ID" in one.attrib]
    yield from (f"{name} occurs twice" for name in names if names.count(name) > 1)
    for one in root.iter():
        tag, parts = one.tag.removeprefix(SPACE), [part.tag.removeprefix(SPACE) for part in one]
        known = ORDER.get(tag, "").split()
        if parts != sorted(parts, key=lambda part: known.index(part) if part in known else -1) or set(parts) - set(
            known
        ):
            yield f"{tag}: {parts}"
        referring = [value for name in ("wgt-var", "var", "files") for value in one.get(name, "").split()]
        yield from (f"{tag} refers to {name}" for name in referring if name not in names)


def test_the_parts_stand_in_the_order_of_the_schema_and_refer_to_what_is_there(codebook: bytes) -> None:
    assert list(structure_faults(ET.fromstring(codebook))) == []


def test_the_schema_of_the_ddi_alliance_takes_it(codebook: bytes, tmp_path: Path) -> None:
    if "CEO_DDI_SCHEMA" not in os.environ:
        pytest.skip("CEO_DDI_SCHEMA names no codebook.xsd of DDI-Codebook 2.5.1")
    import xmlschema

    file = tmp_path / "codebook.xml"
    file.write_bytes(codebook)
    schema = xmlschema.XMLSchema(os.environ["CEO_DDI_SCHEMA"], allow="local")
    assert [str(error) for error in schema.iter_errors(str(file))] == []


def variables(release: SealedCube) -> dict[str, ET.Element]:
    root = ET.fromstring(b"".join(write_codebook(release)))
    return {one.get("name", ""): one for one in root.iterfind(".//{*}var")}


def test_every_question_and_score_is_described_in_the_words_of_each_version() -> None:
    release = cubes.release()
    found = variables(release)
    assert list(found) == [one.indicator for one in release.facts.indicators]
    for one in release.facts.indicators:
        asked = [
            (it.get("elementVersion"), it.findtext("{*}qstnLit")) for it in found[one.indicator].iterfind("{*}qstn")
        ]
        assert asked == [(it.reference, it.text) for it in one.wordings]


def test_shares_are_those_that_were_released_and_no_others() -> None:
    release = cubes.release()
    told = {
        (name, category.findtext("{*}catValu"), category.get("missing") == "Y"): float(text)
        for name, var in variables(release).items()
        for category in var.iterfind("{*}catgry")
        if (text := category.findtext("{*}catStat")) is not None
    }
    assert told == {
        (row["indicator"], row["category"], row["measure"] == Measure.MISSING): pytest.approx(100 * row["value"])
        for row in release.cube.rows()
        if row["area"] == NATION
        and not row["breakdown"]
        and row["measure"] in {Measure.CATEGORY, Measure.MISSING}
        and row["value"] is not None
    }
    hidden = variables(release)["KWA02"]
    assert "niet getoond" in hidden.findtext("{*}notes[@type='suppression']", "")
    assert hidden.find("{*}sumStat") is None


def test_a_break_in_a_series_is_told_and_reasons_are_marked_as_missing() -> None:
    found = variables(cubes.release())
    assert "Reeksbreuk" in found["TOE02"].findtext("{*}notes[@type='version']", "")
    missing = [it.findtext("{*}catValu") for it in found["TOE01"].iterfind("{*}catgry[@missing='Y']")]
    assert (
        missing
        == [it.get("VALUE") for it in found["TOE01"].iterfind("{*}invalrng/{*}item")]
        == ["dont_know", "not_applicable"]
    )


def test_a_score_is_derived_from_its_questions() -> None:
    derived = variables(cubes.release())["wmo_toegang"].find("{*}derivation")
    assert derived is not None
    assert derived.get("var") == "V_TOE01 V_TOE02 V_TOE03"


def test_citation_licence_digest_and_warnings_are_inside() -> None:
    release = cubes.release()
    withdrawn = replace(
        release, seal=release.seal.model_copy(update={"state": "withdrawn", "reason": "Verkeerd gewogen."})
    )
    text = " ".join(ET.fromstring(b"".join(write_codebook(withdrawn))).itertext())
    for told in (
        "CC BY 4.0",
        release.seal.digest,
        "GESIMULEERD",
        "INGETROKKEN",
        "Verkeerd gewogen.",
        "Gewogen naar stratum",
    ):
        assert told in text


def test_it_is_the_writer_that_the_list_of_formats_names_and_gives_the_same_bytes_twice() -> None:
    release = cubes.release()
    assert b"".join(RELEASE_FORMATS["ddi.xml"].write(release)) == b"".join(write_codebook(release))


def test_a_text_of_an_author_never_breaks_the_file() -> None:
    wild = element("labl", 'Hulp & <b>"zorg"</b>\x00\x0b\ud800 é', level="variable")
    assert ET.fromstring(ET.tostring(wild)).text == 'Hulp & <b>"zorg"</b> é'


def test_response_is_that_of_the_rounds_of_which_it_may_be_known() -> None:
    release = cubes.release()
    first, *others = release.facts.sources
    hidden = first.model_copy(update={"submissions": None})
    sources = (hidden, *(one.model_copy(update={"submissions": 100, "clients": 400}) for one in others))
    facts = release.facts.model_copy(update={"sources": sources})
    told = ET.fromstring(b"".join(write_codebook(replace(release, cube=replace(release.cube, facts=facts)))))
    assert told.findtext(".//{*}respRate") == "1.100 inzendingen van 4.400 cliënten, in 11 van de 12 metingen"
