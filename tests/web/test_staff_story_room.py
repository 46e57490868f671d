"""The reading room as people use it, and what is left of a story when its teller takes the permission back: nothing, anywhere."""

from __future__ import annotations

import asyncio
import gzip
import io
import shutil
import subprocess
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import pytest
from released import UTRECHT
from sqlmodel import col, update
from web.isolation import handlers, stocked
from web.reading import Resident
from web.running import Site
from web.staffing import staff_browser

from ceo.clock import dutch_day, now
from ceo.storage.people import NATIONAL
from ceo.storage.rounds import Round
from ceo.storage.story_reading import StoryReading
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.answering.access_codes import AccessKey
from ceo.workflows.answering.consent import take_back_uses
from ceo.workflows.demonstration.national import MEASUREMENT
from ceo.workflows.results.editions import make_editions
from ceo.workflows.results.reporting import Made, Measurement, make_reports
from ceo.workflows.rights import MUNICIPAL_ROLES, NATIONAL_ROLES
from ceo.workflows.stories.withdrawing import forget_stories
from exports.formats import WRITERS

pytestmark = pytest.mark.anyio

MARKER = "Zonnebloemkracht"
QUOTE = f"Dat gaf mij {MARKER}"
STORY = f"Annie Bakker kwam uit Zwolle om te helpen. {QUOTE}, elke keer weer."
KEY = AccessKey(UTRECHT, "5a" * 32)


@dataclass(frozen=True)
class Told:
    """A site with everything in it, a municipality in which somebody told a story, and a browser of somebody with every role."""

    site: Site
    values: Mapping[str, str]
    staff: Resident

    @property
    def room(self) -> str:
        return f"/werk/{UTRECHT}/verhalen/{self.values['round_id']}"

    @property
    def story(self) -> str:
        return f"{self.room}/{self.values['story_id']}"


@pytest.fixture
async def told(released: Site) -> Told:
    values = await stocked(released, UTRECHT, "Eigen")
    async with tenant_transaction(released.database, UTRECHT) as session:
        reading = await session.get_one(StoryReading, values["story_id"])
        row = await session.get_one(Submission, reading.submission_id)
        await forget_stories(session, [row.id])
        row.answers = {**row.answers, "VER01": {"version": 1, "value": STORY}}
        uses = ["leren_intern", "delen_anoniem", "landelijk_delen"]
        row.consents, row.pseudonym = {"VER01": {"given": uses, "withdrawn": []}}, KEY.pseudonym
        shown = update(Round).where(col(Round.id) == int(values["round_id"])).values(results_shown=True)
        await session.exec(shown)
    await make_editions(released.database, values["measurement"], make, today=dutch_day())
    roles = {UTRECHT: tuple(sorted(MUNICIPAL_ROLES)), NATIONAL: tuple(sorted(NATIONAL_ROLES))}
    return Told(released, values, await staff_browser(released, roles))


async def make(measurement: Measurement) -> Made:
    return await asyncio.to_thread(make_reports, measurement)


async def read_and_use(told: Told) -> str:
    """Let somebody take the names out, give a code, pick quotes, write a note and describe a case; return the address of the case."""
    staff = told.staff
    page = await staff.open(told.room)
    await staff.open(page.link("Haal gegevens weg"))
    page = await staff.press("Bekijk eerst de tekst", {"woorden": ["elke keer"]})
    assert "[naam] kwam uit [plaats] om te helpen. Dat gaf mij Zonnebloemkracht, [weggelaten] weer." in page.text
    await staff.press("Deze tekst mag gelezen worden")
    assert staff.place == told.story
    await staff.press("Bewaar mijn codes", {"codes": [told.values["story_code_id"]]})
    await staff.press("Bewaar de notitie", {"notitie": [f"Let op {MARKER}."]})
    for use in ("leren_intern", "delen_anoniem", "landelijk_delen"):
        page = await staff.press("Kies dit citaat", {"citaat": [QUOTE], "gebruik": [use]})
    assert page.text.count(QUOTE) == 4
    await staff.open(f"/werk/{UTRECHT}/verhalen/casussen/nieuw")
    fields = {"titel": ["Hulp van buiten"], "tekst": ["Iemand kreeg hulp en bloeide op."]}
    await staff.press("Bewaar", {**fields, "verhaal": [told.values["story_id"]]})
    assert "De casus is bewaard." in staff.page.text
    return staff.place


def addresses(told: Told, **more: str) -> list[str]:
    """Every address that gives a page or a file, with the ids of what there is."""
    found: dict[str, None] = {}
    released = {"release": MEASUREMENT, "name": MEASUREMENT, "edition": "1", "indicator": "toegang"}
    documents = ("rapport.pdf", "raad.pdf", "rapport", "raad")
    for own in (told.values, {**told.values, **released}):
        for extension, document in zip([*WRITERS, "parquet"], [*documents, *documents], strict=False):
            values = {**own, "extension": extension, "document": document, **more}
            for path, method, _ in handlers(told.site.app):
                if method == "GET":
                    found |= dict.fromkeys(_filled(path, values))
    room = told.room
    return [*found, f"{room}?stand=lezen", f"{room}?stand=opzij", f"/werk/{UTRECHT}/logboek?actie=story.quoted"]


def _filled(path: str, values: Mapping[str, str]) -> Iterator[str]:
    parts = [part.strip("{}").partition(":")[0] if part.startswith("{") else None for part in path.split("/")]
    if all(name is None or name in values for name in parts):
        yield "/".join(
            plain if name is None else values[name] for plain, name in zip(path.split("/"), parts, strict=True)
        )


async def where_it_stands(told: Told, places: Collection[str]) -> set[str]:
    """Return at which of these addresses the marker can be had: in the workplace by somebody with every role, elsewhere by anybody."""
    found, anybody = set(), told.site.browser()
    for address in places:
        browser = told.staff if address.startswith("/werk") else anybody
        answer = await browser.client.get(address)
        if any(MARKER.encode() in content for content in unpacked(answer.content)):
            found.add(address)
    return found


def unpacked(content: bytes) -> Iterator[bytes]:
    """Yield what was sent, and what is inside it when it is packed."""
    yield content
    if content.startswith(b"%PDF") and shutil.which("pdftotext"):
        yield subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True).stdout
    elif content.startswith(b"\x1f\x8b"):
        yield from unpacked(gzip.decompress(content))
    elif content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for name in packed.namelist():
                yield from unpacked(packed.read(name))


async def test_a_story_that_is_taken_back_can_be_had_nowhere(told: Told) -> None:
    case = await read_and_use(told)
    results = f"/{UTRECHT}/resultaten/{told.values['measurement']}"
    everywhere = {told.story, f"{told.story}/gegevens", f"{told.room}?stand=lezen", f"{told.room}/patroon"}
    reports = {results, f"{results}/pdf"}
    assert await where_it_stands(told, everywhere | reports) == everywhere | reports
    assert (await told.staff.open(case)).text.count(MARKER) == 1
    everything = addresses(told)
    assert set(everything) >= everywhere | reports
    # Narrower: nothing of it leaves the municipality any more, and inside it can still be read.
    narrower = {"VER01": ["delen_anoniem", "landelijk_delen"]}
    assert await take_back_uses(told.site.database, KEY, narrower, now=now())
    assert MARKER not in (await told.site.browser().open(results)).text
    assert (await told.staff.open(told.story)).text.count(QUOTE) == 2
    assert await take_back_uses(told.site.database, KEY, {"VER01": ["leren_intern"]}, now=now())
    assert await where_it_stands(told, everything) == set()
    page = await told.staff.open(case)
    assert MARKER not in page.text
    assert "De tekst staat hier pas weer als iemand die heeft nagelezen." in page.text
    assert "Toestemming voor een verhaal ingetrokken" in (await told.staff.open(f"/werk/{UTRECHT}/logboek")).text


async def test_what_is_wrong_is_told_and_nothing_that_was_typed_is_lost(told: Told) -> None:
    staff = told.staff
    await staff.open(f"{told.story}/gegevens")
    page = await staff.press("Deze tekst mag gelezen worden", {"woorden": ["Annemarie"]})
    assert staff.answer.status_code == 422
    assert "Deze woorden staan niet in het verhaal: Annemarie." in page.text
    await staff.press("Deze tekst mag gelezen worden", {"woorden": [""]})
    page = await staff.press("Kies dit citaat", {"citaat": ["Annie Bakker kwam"]})
    assert staff.answer.status_code == 422
    assert "Neem ze precies over." in page.text
    assert "Annie Bakker kwam" in staff.answer.text
    await staff.open(f"{told.story}/gegevens")
    page = await staff.press("Leg opzij")
    assert "Kruis aan dat de codes, notities en citaten weg mogen." in page.text
    page = await staff.press("Leg opzij", {"zeker": ["ja"]})
    assert "Het verhaal ligt opzij." in page.text
    await staff.open(f"{told.room}?stand=opzij")
    page = await staff.press("Zet terug bij de nieuwe verhalen")
    assert MARKER in page.text
