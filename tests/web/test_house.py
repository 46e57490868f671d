import gzip
import re
from collections.abc import AsyncIterator

import pytest
from arrangements import UTRECHT, ZWOLLE
from installation import as_owner
from web.reading import Resident
from web.running import Site

from ceo.clock import now
from ceo.storage.database import Database
from ceo.web.house import HouseStyles, open_house_styles, stylesheet_of
from ceo.web.pages import static_address
from ceo.workflows.house.contact import Contact
from ceo.workflows.house.style import NO_STYLE, Style, demonstration_style, keep_style
from ceo.workflows.house.themes import DEFAULTS, Theme

pytestmark = pytest.mark.anyio

FOCUS = "--basis-focus-color"
BUTTON = "--basis-color-action-1-inverse-bg-default"
PLUM = Style(Theme({BUTTON: "#5b2a86", FOCUS: "#3a0a3a"}), contact=Contact(phone="14 0123"))


@pytest.fixture(scope="session")
def bare(site: Site) -> str:
    """A municipality without a round and without a style. There are only 342, so these tests share it."""
    return next(site.unused)


@pytest.fixture(scope="session")
async def plum(site: Site) -> str:
    """A municipality with plum-coloured buttons."""
    return await styled(site, PLUM)


async def styled(site: Site, style: Style) -> str:
    """Let a municipality of its own use a style, and the site see it; return its code."""
    code = next(site.unused)
    await keep_style(site.database, code, style, after=0, actor="ceo style", now=now())
    await site.installation.houses.look()
    return code


def style_address(browser: Resident) -> str:
    [address] = [
        values["href"] for tag, values in browser.page.elements if tag == "link" and values["rel"] == "stylesheet"
    ]
    return address


async def test_the_style_sheet_of_a_municipality_has_its_colours_behind_those_of_all(
    browser: Resident, plum: str
) -> None:
    await browser.open(f"/{plum}")
    answer = await browser.client.get(style_address(browser))
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    shared, own = answer.text.rsplit(":root {", 1)
    assert f"{BUTTON}: #5b2a86;" in own
    assert f"{FOCUS}: #3a0a3a;" in own
    assert "--basis-color-action-1-inverse-bg-default: #5b2a86;" in own
    assert "body {" in shared
    assert "/*" not in answer.text


async def test_a_municipality_that_chose_nothing_has_the_look_of_all(browser: Resident, bare: str) -> None:
    await browser.open(f"/{bare}")
    answer = await browser.client.get(style_address(browser))
    assert answer.content == stylesheet_of(NO_STYLE).plain
    assert answer.text.count(":root") == 1


async def test_the_start_page_belongs_to_nobody(site: Site, browser: Resident) -> None:
    page = await browser.open("/")
    assert style_address(browser) == static_address("resident.css")
    assert "footer" not in {tag for tag, _ in page.elements}


@pytest.mark.parametrize("place", ["/nergens", "/code", "/privacy/meer", "/resultaten/geen"])
async def test_a_page_that_does_not_exist_keeps_the_house_of_its_municipality(
    browser: Resident, plum: str, place: str
) -> None:
    page = await browser.open(f"/{plum}{place}")
    assert browser.answer.status_code == 404
    assert style_address(browser).startswith(f"/{plum}/stijl.css?v=")
    assert "14 0123" in page.text


@pytest.mark.parametrize("address", ["/GM9999", "/GM9999/stijl.css", "/nergens/ook/niet"])
async def test_an_address_of_no_municipality_has_the_usual_look(site: Site, browser: Resident, address: str) -> None:
    await browser.open(address)
    assert browser.answer.status_code == 404
    assert style_address(browser) == static_address("resident.css")


async def test_a_browser_keeps_a_style_for_a_year_under_the_address_of_its_content_only(
    site: Site, browser: Resident, plum: str
) -> None:
    version = site.installation.houses.of(plum).stylesheet.version
    answers = {v: await browser.client.get(f"/{plum}/stijl.css{v}") for v in (f"?v={version}", "?v=ouder", "")}
    assert [answer.headers["cache-control"] for answer in answers.values()] == [
        "max-age=31536000, public, immutable",
        "no-cache",
        "no-cache",
    ]
    assert len({answer.content for answer in answers.values()}) == 1


@pytest.mark.parametrize(
    ("accepted", "packed"), [("gzip, deflate, br", True), ("GZIP;q=0.5", True), ("br", False), ("gzip;q=0", False)]
)
async def test_a_style_is_packed_for_browsers_that_unpack_it(
    browser: Resident, bare: str, accepted: str, *, packed: bool
) -> None:
    answer = await browser.client.get(f"/{bare}/stijl.css", headers={"accept-encoding": accepted})
    assert (answer.headers.get("content-encoding") == "gzip") == packed
    assert answer.headers["vary"] == "accept-encoding"
    assert answer.content == stylesheet_of(NO_STYLE).plain


async def test_the_largest_logo_leaves_room_in_what_a_page_may_weigh() -> None:
    style = Style(Theme(dict(DEFAULTS)), "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAADAAAAAw" + "Ab9/" * 1980)
    assert len(stylesheet_of(style).packed) < 12_000


async def test_the_logo_stands_in_the_style_sheet_in_its_own_shape() -> None:
    sheet = stylesheet_of(demonstration_style()).plain.decode()
    assert sheet.count("data:image/svg+xml,") == 1
    assert "inline-size: 3.75rem; block-size: 2.50rem" in sheet
    assert ".top::before" not in stylesheet_of(PLUM).plain.decode()


async def test_the_picture_of_a_tab_costs_no_request(browser: Resident, bare: str) -> None:
    page = await browser.open(f"/{bare}")
    [icon] = [values["href"] for tag, values in page.elements if tag == "link" and values["rel"] == "icon"]
    assert icon.startswith("data:image/svg+xml,%3Csvg")
    assert not re.search(r"[<>\"#]", icon)


async def test_help_privacy_and_accessibility_stand_below_every_page_in_the_same_order(
    site: Site, browser: Resident
) -> None:
    opened = await site.round()
    orders = []
    for address in (
        "",
        "/privacy",
        "/toegankelijkheid",
        f"/code/{opened.codes[0]}",
        f"/resultaten/wmo-{opened.municipality.lower()}",
    ):
        page = await browser.open(f"/{opened.municipality}{address}")
        orders.append([href for href, _ in page.links[-3:]])
    home = f"/{opened.municipality}"
    assert orders == [["tel:14030", f"{home}/privacy", f"{home}/toegankelijkheid"]] * 5


async def test_a_municipality_without_a_round_helps_by_its_own_telephone(
    browser: Resident, plum: str, bare: str
) -> None:
    assert "Hulp nodig? Bel 14 0123." in (await browser.open(f"/{plum}")).text
    assert "Hulp nodig?" not in (await browser.open(f"/{bare}")).text


@pytest.fixture
async def houses(database: Database) -> AsyncIterator[HouseStyles]:
    """The houses of two municipalities; the first has a style."""
    await keep_style(database, UTRECHT, PLUM, after=0, actor="ceo style", now=now())
    async with open_house_styles(database, [UTRECHT, ZWOLLE]) as opened:
        yield opened


async def look_again(houses: HouseStyles) -> None:
    """Let the time pass after which a visit makes the server look, and let it look."""
    houses._looked_at -= 60
    houses.of(ZWOLLE)
    assert houses._looking is not None
    await houses._looking


async def test_a_new_server_knows_every_style_before_its_first_page(houses: HouseStyles) -> None:
    assert houses.of(UTRECHT).contact.phone == "14 0123"
    assert houses.of(ZWOLLE).contact.phone is None
    assert houses._looking is None


async def test_a_style_that_another_process_kept_is_seen_without_a_page_waiting(
    houses: HouseStyles, database: Database
) -> None:
    before = houses.of(ZWOLLE)
    await keep_style(database, ZWOLLE, PLUM, after=0, actor="ceo style", now=now())
    assert houses.of(ZWOLLE) is before
    houses._looked_at -= 60
    assert houses.of(ZWOLLE) is before  # this visitor is not kept waiting
    await houses.close()
    assert houses.of(ZWOLLE).contact.phone == "14 0123"
    assert houses.of(ZWOLLE).style != before.style


async def test_pages_keep_their_style_while_the_database_is_away(
    houses: HouseStyles, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    before = houses.of(UTRECHT)
    async with as_owner(database) as connection:
        await connection.exec_driver_sql("ALTER TABLE house_style RENAME TO elsewhere")
    await look_again(houses)
    assert houses.of(UTRECHT) is before
    assert "house styles could not be read" in caplog.text
    async with as_owner(database) as connection:
        await connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO house_style")
    await look_again(houses)
    assert houses.of(UTRECHT) is before


async def test_closing_waits_for_a_look_that_has_begun(houses: HouseStyles) -> None:
    houses._looked_at -= 60
    houses.of(UTRECHT)
    assert houses._looking is not None
    await houses.close()
    assert houses._looking is None


def test_what_can_be_chosen_is_what_the_style_sheet_uses_with_the_same_look() -> None:
    sheet = stylesheet_of(NO_STYLE).plain.decode()
    declared = dict(re.findall(r"(--basis-[\w-]+):\s*([^;]+);", sheet.partition("}")[0]))
    assert declared == DEFAULTS
    assert [name for name in declared if f"var({name})" not in sheet] == []


def test_a_packed_style_is_the_style() -> None:
    sheet = stylesheet_of(PLUM)
    assert gzip.decompress(sheet.packed) == sheet.plain
    assert stylesheet_of(PLUM) == sheet
