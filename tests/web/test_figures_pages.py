"""The public pages of releases: every figure on them is that of the cube, and what may not be shown stands as its reason."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import pytest
from installation import settings_of_copy
from pypdf import PdfReader
from sqlalchemy import update
from sqlmodel import col
from web.counting import counted_statements
from web.reading import Served
from web.running import Site, lent, started

from ceo.clock import now
from ceo.settings import Settings
from ceo.storage.releases import Release, ReleaseState
from ceo.storage.tenancy import shared_transaction
from ceo.web.figures.catalogue import Listed
from ceo.web.figures.catalogue_index import Entry, Found, Index
from ceo.web.figures.kept_pages import KeptPages
from ceo.web.figures.pages import Links, render_figures
from ceo.web.figures.reading import Figure, figure_of
from ceo.workflows.demonstration.national import MEASUREMENT, NationalPlan, seed_national
from ceo.workflows.releases.public import PublicEdition
from ceo.workflows.releases.reading import Cubes

if TYPE_CHECKING:
    from exports.release.cube import SealedCube

pytestmark = pytest.mark.anyio

TOWNS: Final = ("GM0034", "GM0050", "GM0060", "GM0171", "GM0184", "GM0303", "GM0344", "GM0995")
START: Final = f"/cijfers/{MEASUREMENT}/1"


@dataclass(frozen=True)
class Published:
    """A site with one published release, and its cube."""

    site: Site
    release: SealedCube
    all_rows: tuple[dict[str, Any], ...]

    async def open(self, address: str) -> Served:
        """Open a page, which must be there."""
        browser = self.site.browser()
        page = await browser.open(address)
        assert browser.answer.status_code == 200, browser.answer
        return page

    def words(self, row: dict[str, Any]) -> Figure:
        """Return a row of the cube as a page tells it."""
        return figure_of(row, floor=self.release.facts.floor)

    def rows(self, **wanted: str) -> list[dict[str, Any]]:
        """Return the rows of the cube that have these values."""
        return [row for row in self.all_rows if all(row[name] == value for name, value in wanted.items())]


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("sqlite", marks=pytest.mark.xdist_group("figures on sqlite")),
        pytest.param("postgresql", marks=pytest.mark.xdist_group("figures on postgresql")),
    ],
)
def own_settings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings_of_copy(request, tmp_path_factory.mktemp("figures"))


@pytest.fixture(scope="module")
async def published(own_settings: Settings) -> AsyncIterator[Published]:
    """Eight municipalities in one published release, of which Ameland is too small to be shown."""
    with lent(own_settings) as app:
        async with started(app):
            site = Site(app, own_settings, iter(()))
            plan = NationalPlan(respondents=420, municipalities=TOWNS, processes=1)
            row = await seed_national(site.database, own_settings, plan, now=now(), told=lambda *_: None)
            release = await site.installation.cubes.open(site.database, row)
            yield Published(site, release, tuple(release.cube.rows()))


@pytest.fixture
async def in_state(published: Published) -> AsyncIterator[Any]:
    """Return what puts the release in another state, for one test."""

    async def put(state: ReleaseState, because: str = "") -> None:
        ended = date(2026, 11, 21) if because else None
        change = update(Release).values(state=state.value, ended_because=because, ended_on=ended)
        async with shared_transaction(published.site.database) as session:
            await session.exec(change.where(col(Release.name) == MEASUREMENT))

    yield put
    await put(ReleaseState.PUBLISHED)


async def test_the_catalogue_finds_releases_indicators_and_municipalities(published: Published) -> None:
    everything = await published.open("/cijfers")
    assert everything.link(published.release.facts.title) == START
    found = await published.open("/cijfers?zoek=TIJD%20gesprek")
    assert found.link("Genoeg tijd in het gesprek") == f"{START}/KWA01"
    assert (await published.open("/cijfers?zoek=utr%C3%A8cht")).link("Utrecht") == f"{START}/gemeente/GM0344"
    nothing = await published.open("/cijfers?zoek=xyzzy")
    assert "Niets gevonden voor ‘xyzzy’" in nothing.headings
    assert nothing.link("Bekijk alle uitgaven") == "/cijfers"


def test_the_catalogue_counts_one_municipality_and_one_subject_as_one() -> None:
    edition = PublicEdition("proef", 1, "Proef", ReleaseState.PUBLISHED, "", "sha256:0", date(2026, 11, 1), None, "")
    entry = Entry("GM0344", "Utrecht", "", "utrecht")
    nothing = Found((), 0)
    for number, words in ((1, "1 gemeente, 1 onderwerp."), (2, "2 gemeenten, 2 onderwerpen.")):
        index = Index("Cliënten", "2026", "CEO", False, "proef", (entry,) * number, (entry,) * number)
        values = {"listed": [Listed(edition, index, False, nothing, nothing)], "asked": "", "found": []}
        assert words in render_figures("catalogue.html", "nl", Links("nl", "/cijfers"), values)


async def test_the_start_page_leads_to_the_catalogue_where_something_is_published(published: Published) -> None:
    assert (await published.open("/")).link("Bekijk en vergelijk de gepubliceerde cijfers") == "/cijfers"


async def test_an_edition_shows_its_themes_municipalities_files_and_how_to_cite_it(published: Published) -> None:
    page = await published.open(START)
    facts, seal = published.release.facts, published.release.seal
    for one in facts.indicators:
        assert (f"{START}/{one.indicator}", one.label) in page.links
    assert page.link("Utrecht") == f"{START}/gemeente/GM0344"
    assert {page.link("CSV"), page.link("Excel")} == {f"{START}.csv", f"{START}.xlsx"}
    assert seal.digest in page.text
    assert f"editie 1. {seal.address}" in page.text
    in_utrecht = await published.open(f"{START}?provincie=PV26")
    assert f"{START}/gemeente/GM0344" in dict(in_utrecht.links)
    assert f"{START}/gemeente/GM0034" not in dict(in_utrecht.links)


async def test_every_figure_on_the_page_of_an_indicator_is_that_of_the_cube(published: Published) -> None:
    page = await published.open(f"{START}/TOE01?toon=gemeenten&maat=score")
    rows = published.rows(indicator="TOE01", measure="score", breakdown="", area_type="municipality")
    assert len(rows) == len(TOWNS)
    for row in rows:
        figure, name = published.words(row), published.site.installation.municipalities[row["area"]].name
        assert f"{name} {figure.text}" in page.text
    [nation] = published.rows(indicator="TOE01", measure="score", breakdown="", area="NL")
    words = published.words(nation)
    assert (f"{words.value} waarschijnlijk {words.interval}" if words.value else words.reason) in page.text
    for row in published.rows(indicator="TOE01", measure="category", breakdown="", area="NL"):
        assert published.words(row).text in page.text


async def test_the_page_of_a_municipality_shows_its_figures_and_only_differences_that_were_tested(
    published: Published,
) -> None:
    page = await published.open(f"{START}/gemeente/GM0344")
    for row in published.rows(area="GM0344", breakdown="", measure="score"):
        if row["indicator"] != "LEV01":  # its grade stands for it
            assert published.words(row).text in page.text
    verdicts = {"hoger", "lager", "iets hoger", "iets lager"}
    compared = published.rows(area="GM0344", breakdown="", measure="score")
    if not any(row["difference"] is not None for row in compared):
        assert not verdicts & set(page.text.split())


async def test_what_is_suppressed_is_nowhere_shown(published: Published) -> None:
    """Ameland is too small: its pages hold reasons, and no figure of its own."""
    hidden = published.rows(area="GM0060", breakdown="", measure="score")
    assert hidden
    assert all(row["value"] is None for row in hidden)
    page = await published.open(f"{START}/gemeente/GM0060")
    for row in hidden:
        assert published.words(row).reason in page.text
    table = await published.open(f"{START}/wmo_toegang?toon=gemeenten")
    assert re.search(r"Ameland niet (getoond|te berekenen)", table.text)


async def test_municipalities_are_compared_by_name_and_an_unknown_name_gets_a_suggestion(published: Published) -> None:
    page = await published.open(f"{START}/vergelijk?gemeente=Utrecht&gemeente=GM0034&gemeente=Zeewolda")
    assert "‘Zeewolda’ is geen gemeente in deze uitgave" in page.text
    assert "Bedoelt u misschien: Zeewolde" in page.text
    for code in ("GM0344", "GM0034"):
        [row] = published.rows(area=code, indicator="wmo_effect", measure="score", breakdown="")
        assert published.words(row).text in page.text
    assert "Of twee gemeenten onderling verschillen, is hier niet getoetst." in page.text


@pytest.mark.parametrize("order", ["naam", "inwoners", "provincie"])
async def test_municipalities_stand_in_a_chosen_order_and_never_in_that_of_their_figures(
    published: Published, order: str
) -> None:
    page = await published.open(f"{START}/wmo_effect?toon=gemeenten&volgorde={order}")
    known = published.site.installation.municipalities
    by = {
        "naam": lambda code: known[code].name,
        "inwoners": lambda code: -known[code].population,
        "provincie": lambda code: (known[code].province, known[code].name),
    }[order]
    names = [known[code].name for code in sorted(TOWNS, key=by)]
    # The description of the drawing tells its rows in their order.
    places = [page.text.index(f"{name}: ") for name in names]
    assert places == sorted(places)


async def test_simulated_figures_say_so_on_every_page(published: Published) -> None:
    for address in ("", "/wmo_effect", "/gemeente/GM0344", "/vergelijk", "/methode"):
        assert "GESIMULEERD" in (await published.open(START + address)).text
    assert "GESIMULEERD" in (await published.open("/cijfers")).text


async def test_what_is_no_part_of_a_release_is_not_found(published: Published) -> None:
    for address in (
        "/cijfers/nergens",
        "/cijfers/nergens/1",
        f"/cijfers/{MEASUREMENT}/2",
        f"/cijfers/{MEASUREMENT}/01",
        f"{START}/NIET01",
        f"{START}/TOE01?maat=rang",
        f"{START}/TOE01?volgorde=score",
        f"{START}/TOE01?toon=PV99",
        f"{START}/TOE01?uitsplitsing=naam",
        f"{START}/gemeente/GM0014",
        f"{START}?provincie=PV99",
        f"{START}.exe",
        f"{START}.",
    ):
        browser = published.site.browser()
        await browser.open(address)
        assert browser.answer.status_code == 404, address


@pytest.mark.parametrize("state", [ReleaseState.DRAFT, ReleaseState.SIGNED])
async def test_a_draft_is_not_found(published: Published, in_state: Any, state: ReleaseState) -> None:
    await in_state(state)
    for address in (START, f"{START}/TOE01", f"{START}/gemeente/GM0344", f"{START}.csv", f"/cijfers/{MEASUREMENT}"):
        browser = published.site.browser()
        await browser.open(address)
        assert browser.answer.status_code == 404, address
    assert published.release.facts.title not in (await published.open("/cijfers")).text


async def test_a_withdrawn_edition_stays_with_its_reason_on_every_page(published: Published, in_state: Any) -> None:
    await in_state(ReleaseState.WITHDRAWN, "Twee gemeenten waren verwisseld.")
    for address in ("", "/TOE01", "/gemeente/GM0344", "/vergelijk", "/methode"):
        page = await published.open(START + address)
        assert "INGETROKKEN op 21 november 2026. Gebruik deze cijfers niet." in page.text
        assert "Twee gemeenten waren verwisseld." in page.text
    assert "INGETROKKEN" in (await published.open("/cijfers")).text


async def test_an_unchanged_page_is_answered_without_the_cube(
    published: Published, in_state: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = published.site.browser()
    tags = {}
    for address in (
        "/cijfers",
        START,
        f"{START}/TOE01",
        f"{START}/gemeente/GM0344",
        f"{START}/methode",
        f"{START}.bib",
    ):
        await browser.open(address)
        assert "public" in browser.answer.headers["cache-control"]
        tags[address] = browser.answer.headers["etag"]

    async def unopened(*_: object) -> None:
        raise AssertionError("the cube is opened")

    monkeypatch.setattr(Cubes, "open", unopened)
    for address, tag in tags.items():
        with counted_statements(published.site.database) as statements:
            answer = await browser.client.get(address, headers={"if-none-match": tag})
        assert (answer.status_code, answer.content) == (304, b"")
        assert len(statements) == 1, statements
    monkeypatch.undo()
    await in_state(ReleaseState.WITHDRAWN, "Fout.")
    for address, tag in tags.items():
        answer = await browser.client.get(address, headers={"if-none-match": tag})
        assert answer.status_code == 200, address


async def test_a_drawn_page_is_kept_and_asks_one_thing_of_the_database(published: Published) -> None:
    browser = published.site.browser()
    await browser.open(f"{START}/KWA02")
    first = browser.answer.content
    with counted_statements(published.site.database) as statements:
        await browser.open(f"{START}/KWA02")
    assert browser.answer.content == first
    assert len(statements) == 1


async def test_kept_pages_stay_within_their_room() -> None:
    kept = KeptPages(most=50_000)

    async def prepared() -> Callable[[], str]:
        return lambda: "".join(f"{number:x}" for number in range(4000))

    for number in range(20):
        await kept.find(number, prepared, reader="a")
    assert 0 < kept.size <= 50_000


async def test_files_and_references_are_handed_out(published: Published) -> None:
    browser = published.site.browser()
    answer = await browser.client.get(f"{START}.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert len(answer.text.splitlines()) == 1 + published.release.cube.table.num_rows
    assert published.release.seal.digest in (await browser.client.get(f"{START}.json")).text
    bibtex = await browser.client.get(f"{START}.bib")
    assert bibtex.text.startswith("@misc{")
    assert published.release.seal.address in bibtex.text
    ris = await browser.client.get(f"{START}.ris")
    assert ris.text.endswith("ER  - \r\n")


async def test_the_name_of_a_release_leads_to_its_newest_edition(published: Published) -> None:
    browser = published.site.browser()
    await browser.open(f"/cijfers/{MEASUREMENT}?taal=en")
    assert browser.answer.request.url.raw_path.decode() == f"{START}?taal=en"
    assert 'lang="en"' in browser.answer.text


@pytest.mark.parametrize("kind", ["rapport", "raad"])
async def test_the_report_of_a_municipality_is_a_page_and_a_file_with_the_same_sentences(
    published: Published, kind: str
) -> None:
    address = f"{START}/gemeente/GM0344/{kind}"
    page = await published.open(address)
    assert page.link("Download als PDF") == f"{address}.pdf"
    browser = published.site.browser()
    file = await browser.client.get(f"{address}.pdf")
    assert (file.status_code, file.headers["content-type"]) == (200, "application/pdf")
    assert "GM0344" in file.headers["content-disposition"]
    text = " ".join(" ".join(one.extract_text() for one in PdfReader(BytesIO(file.content)).pages).split())
    assert "Het belangrijkste in het kort" in text
    assert "Het belangrijkste in het kort" in page.headings
    same = await browser.client.get(f"{address}.pdf", headers={"if-none-match": file.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")


@pytest.mark.parametrize("kind", ["rapport", "raad"])
async def test_the_report_of_an_edition_that_was_withdrawn_or_corrected_says_so_and_why(
    published: Published, in_state: Any, kind: str
) -> None:
    address, client = f"{START}/gemeente/GM0344/{kind}", published.site.browser().client
    tags = [(await client.get(one)).headers["etag"] for one in (address, f"{address}.pdf")]
    for state, mark in ((ReleaseState.WITHDRAWN, "INGETROKKEN"), (ReleaseState.CORRECTED, "VERBETERD")):
        await in_state(state, "Twee gemeenten waren verwisseld.")
        page = await client.get(address, headers={"if-none-match": tags[0]})
        file = await client.get(f"{address}.pdf", headers={"if-none-match": tags[1]})
        assert (page.status_code, file.status_code) == (200, 200)
        pages = [" ".join(one.extract_text().split()) for one in PdfReader(BytesIO(file.content)).pages]
        assert all(f"{mark}: {published.release.facts.title}"[:40] in one for one in pages)
        assert len(pages) == 2 or kind == "rapport"
        for text in (pages[0], page.text.split("Het belangrijkste in het kort")[1]):
            assert re.search(f"{mark}: [^.]+[.] Reden: Twee gemeenten waren verwisseld[.]", text)
        tags = [page.headers["etag"], file.headers["etag"]]


@pytest.mark.parametrize(
    "rest", ["GM0344/geheim", "GM0344/rapport.docx", "GM0363/rapport", "GM0363/rapport.pdf", "XX/raad"]
)
async def test_a_report_that_is_not_there_is_not_found(published: Published, rest: str) -> None:
    answer = await published.site.browser().client.get(f"{START}/gemeente/{rest}")
    assert answer.status_code == 404
