"""Requests that no browser makes: each is refused with a page, reads no more than it must, and changes nothing."""

import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import repeat

import pytest
from arrangements import OpenedRound
from hostile.harm import LogWatch, Watch
from hostile.places import Place, places
from hostile.sending import FORM, Wire, cookie_header, form
from hostile.strangeness import MARK, SEGMENTS, TEXTS
from hostile.visiting import Visitor
from sqlmodel import select
from web.running import Site
from web.trial import trial

from ceo.storage.contacts import Invitation
from ceo.storage.submissions import Draft, Submission
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.answering.access_codes import read_code

pytestmark = pytest.mark.anyio

KEY = "ceo_toegang"
# More than any form of ours; what is read beyond it would fill the memory of the server.
LARGEST_FORM = 256 * 1024
PIECE = b"x" * 16_384


@dataclass
class Case:
    """A resident at the first question, with everything that comes back looked at."""

    opened: OpenedRound
    visitor: Visitor
    site: Site

    @property
    def home(self) -> str:
        return f"/{self.opened.municipality}"

    @property
    def question(self) -> str:
        return f"{self.home}/vraag/gesprek"

    def post(self, body: Iterator[bytes] | tuple[bytes, ...], *headers: tuple[str, bytes], address: str = "") -> Wire:
        """A request with the resident's key."""
        return Wire("POST", address or self.question, (*headers, *cookie_header(self.visitor.cookies)), body)

    async def rows(self) -> list[str]:
        """Everything that is stored of the residents of the round. Sorted: PostgreSQL gives rows in the order of its choice."""
        async with tenant_reading(self.site.database, self.opened.municipality) as session:
            tables = (Draft, Invitation, Submission)
            return sorted([repr(row) for table in tables for row in await session.exec(select(table))])


@pytest.fixture
async def case(site: Site, log: LogWatch) -> AsyncIterator[Case]:
    opened = await site.round(questionnaire=trial())
    plain = [read_code(code) or "" for code in opened.codes]
    watch = Watch(secrets=[opened.key(1).secret, opened.key(1).draft_id], codes=[*opened.codes, *plain])
    case = Case(opened, Visitor(site.app, look=watch.look), site)
    case.visitor.cookies[KEY] = opened.key().secret
    await case.visitor.post(f"{case.home}/welkom", [])
    await case.visitor.open(f"{case.home}/verder")
    assert case.visitor.place == case.question
    yield case
    log.assert_hides([*opened.codes, *plain, opened.key().secret, opened.key().draft_id])


def all_places(site: Site, case: Case) -> list[tuple[Place, str]]:
    """Every route with an address at which it answers this resident."""
    known = {"municipality_code": case.opened.municipality, "page_id": "gesprek", "code": "BCDFGHJK3467"}
    return [(place, place.address(lambda name: known.get(name, "onbekend"))) for place in places(site.app)]


@pytest.mark.parametrize(
    "method", ["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "G\x00ET"]
)
async def test_a_method_that_a_route_does_not_take_changes_nothing(site: Site, case: Case, method: str) -> None:
    before = await case.rows()
    for place, address in all_places(site, case):
        reply = await case.visitor.take(Wire(method, address, cookie_header(case.visitor.cookies), (b"GES01=ja",)))
        if method not in place.methods:
            assert reply.status in {400, 405}, address
    assert await case.rows() == before


async def test_every_route_bears_every_strange_text_in_its_address(site: Site, case: Case) -> None:
    before = await case.rows()
    for segment in SEGMENTS:
        for place in places(site.app):
            own = place.below_municipality
            address = place.address(
                lambda name, own=own, segment=segment: (
                    case.opened.municipality if own and name == "municipality_code" else segment
                )
            )
            reply = await case.visitor.take(
                Wire("GET", f"{address}?vanaf={segment}", cookie_header(case.visitor.cookies))
            )
            assert reply.status in {200, 303, 400, 403, 404, 405, 410, 422, 429}, address
    assert await case.rows() == before


@pytest.mark.parametrize(
    "address",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e%2f%2e%2e%2fsettings.py",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/%00",
        f"/static/{'a' * 9000}",
        f"/static/{'a/' * 4000}",
        "/static/.",
        "/static/",
        "//kwaad.example/%2e%2e",
        "/\\kwaad.example",
    ],
)
async def test_no_address_reaches_a_file_that_is_not_for_visitors(case: Case, address: str) -> None:
    reply = await case.visitor.take(Wire("GET", address))
    assert reply.status in {400, 404}
    assert b"import" not in reply.body
    assert b"root:" not in reply.body


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (FORM, repeat(PIECE)),
        ("multipart/form-data; boundary=x", repeat(b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n')),
        (
            "multipart/form-data; boundary=x",
            repeat(b'--x\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\nb\r\n'),
        ),
        ("multipart/form-data; boundary=x", repeat(b"--x\r\n")),
        ("multipart/form-data; boundary=x", repeat(b"A: b\r\n")),
        ("multipart/form-data; boundary=x", repeat(PIECE)),
        ("application/json", repeat(b'{"a":')),
        ("text/plain", repeat(PIECE)),
    ],
    ids=["form", "parts", "files", "borders", "heads", "preface", "json", "text"],
)
async def test_a_body_without_end_is_refused_before_it_fills_the_memory(
    case: Case, kind: str, body: Iterator[bytes]
) -> None:
    before = await case.rows()
    started = time.process_time()
    reply = await case.visitor.take(case.post(body, ("content-type", kind.encode())))
    assert reply.status in {400, 413, 422}
    assert reply.bytes_read <= LARGEST_FORM + len(PIECE)
    assert time.process_time() - started < 2
    assert await case.rows() == before


async def test_a_form_that_announces_too_much_is_refused_before_it_is_read(case: Case) -> None:
    announced = ("content-length", str(10**10).encode())
    reply = await case.visitor.take(case.post(repeat(PIECE), ("content-type", FORM.encode()), announced))
    assert (reply.status, reply.bytes_read) == (413, 0)


@pytest.mark.parametrize("length", [b"", b"-1", b"twee", b"1e3", b"9" * 400, b"\xff"])
async def test_a_length_that_is_none_is_the_senders_mistake(case: Case, length: bytes) -> None:
    before = await case.rows()
    await case.visitor.take(
        case.post((b"PRA01=ja&versie=9",), ("content-type", FORM.encode()), ("content-length", length))
    )
    assert await case.rows() == before


PART = b'--x\r\nContent-Disposition: form-data; name="PRA01"\r\n'


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (b"multipart/form-data; boundary=x", PART + b"\r\n\xff\xfe\r\n--x--\r\n"),
        (b"multipart/form-data; boundary=x", PART + b"Content-Type: text/plain; charset=onzin\r\n\r\nja\r\n--x--\r\n"),
        (b"multipart/form-data; boundary=x", PART + b"Content-Type: text/plain; charset=hex\r\n\r\nja\r\n--x--\r\n"),
        (b"multipart/form-data; boundary=x", PART + b"Content-Type: text/plain; charset=\x00\r\n\r\nja\r\n--x--\r\n"),
        (b"multipart/form-data; boundary=x", PART + b"A: " + b"b" * 100_000 + b"\r\n\r\nja\r\n--x--\r\n"),
        (b'multipart/form-data; boundary=""', b"----\r\n"),
        (b"multipart/form-data; boundary=" + b"x" * 5000, b"--" + b"x" * 5000),
        (b'multipart/form-data; boundary="\xff"', b"--\xff\r\n"),
        (b"multipart/form-data; boundary=x; boundary=y", PART),
        (b"application/x-www-form-urlencoded; charset=onzin", b"PRA01=%ff"),
        (b"application/json", b'{"a":' * 40_000),
        (b"\xff\xfe", b"PRA01=ja"),
        (b";;;===", b"PRA01=ja"),
    ],
)
async def test_a_form_in_a_broken_envelope_is_the_senders_mistake(case: Case, kind: bytes, body: bytes) -> None:
    before = await case.rows()
    reply = await case.visitor.take(case.post((body,), ("content-type", kind)))
    assert reply.status in {400, 409, 413, 422}
    assert await case.rows() == before


async def test_ten_thousand_fields_are_one_answer_at_most(case: Case) -> None:
    before = await case.rows()
    for fields in ([("PRA01", "ja"), ("PRA01", "nee")] * 5_000, [(f"veld{number}", "ja") for number in range(10_000)]):
        reply = await case.visitor.post(case.question, [*fields, ("versie", "0")])
        assert reply.status in {413, 422}
    assert await case.rows() == before


@pytest.mark.parametrize("versions", [["0", "1"], ["1", "0"], ["", "0"], ["\x00", "0"], ["0" * 400, "0"]])
async def test_of_several_versions_in_a_form_the_first_counts(case: Case, versions: list[str]) -> None:
    reply = await case.visitor.post(case.question, [("PRA01", "ja"), *(("versie", version) for version in versions)])
    assert reply.status == (303 if versions[0] == "0" else 409)


@pytest.mark.parametrize(
    "cookie",
    [
        b"ceo_toegang=" + b"a" * 1_000_000,
        b"; ".join(b"a%d=1" % number for number in range(20_000)),
        b"ceo_weergave=" + b"nl." * 100_000,
        b"ceo_weergave=../../nl.<script>",
        b"ceo_weergave=\xff\x00.\xff",
        b"ceo_toegang=\xff\xfe; ceo_toegang=" + b"0" * 64,
        b";;;===;;;",
        b'ceo_toegang="\\',
    ],
)
async def test_a_cookie_of_any_size_and_shape_leads_to_no_draft(site: Site, case: Case, cookie: bytes) -> None:
    before = await case.rows()
    for place, address in all_places(site, case):
        if "GET" in place.methods:
            reply = await case.visitor.take(Wire("GET", address, (("cookie", cookie),)))
            # Of the parts for programs some are only sent to, some only read, and some need a key.
            wanted = (
                {200, 400, 401, 403, 404, 405, 429} if place.parts[:1] == ("api",) else {200, 303, 404, 410, 422, 429}
            )
            assert reply.status in wanted, address
    reply = await case.visitor.take(Wire("POST", case.question, (("cookie", cookie),)))
    assert reply.status == 303
    assert reply.header("location") in {case.home, f"{case.home}/verlopen"}
    assert await case.rows() == before


@pytest.mark.parametrize(
    "name", ["host", "x-forwarded-host", "x-forwarded-proto", "forwarded", "x-original-url", "x-http-method-override"]
)
@pytest.mark.parametrize(
    "value", [b"kwaad.example", b"kwaad.example\r\nset-cookie: a=b", b"DELETE", b"/GM0001", b"\xff"]
)
async def test_no_header_of_a_request_decides_where_a_browser_is_sent(case: Case, name: str, value: bytes) -> None:
    for wire in (
        Wire("GET", f"{case.home}/verder", ((name, value), *cookie_header(case.visitor.cookies))),
        Wire("POST", f"{case.home}/weergave", ((name, value), ("content-type", FORM.encode())), (b"taal=ar",)),
    ):
        reply = await case.visitor.take(wire)
        assert reply.status == 303
        assert "kwaad" not in str(reply.headers)


@pytest.mark.parametrize(
    "place",
    ["//kwaad.example", "https://kwaad.example", "/\\kwaad.example", "\r\nlocation: //kwaad.example", "%0d%0a", "\x00"],
)
async def test_a_choice_of_language_leads_back_to_this_site_only(case: Case, place: str) -> None:
    reply = await case.visitor.post(f"{case.home}/weergave", [("taal", "ar"), ("terug", place)])
    assert (reply.status, reply.header("location")) == (303, case.home)


@pytest.mark.parametrize(
    "origin",
    [
        b"http://[::",
        b"http://testserver.local@kwaad.example",
        b"//testserver.local",
        b"http://testserver.local.",
        b"\xff",
        b"x" * 100_000,
    ],
)
async def test_a_form_of_an_origin_that_cannot_be_is_refused(case: Case, origin: bytes) -> None:
    before = await case.rows()
    reply = await case.visitor.take(
        case.post((b"PRA01=ja&versie=0",), ("content-type", FORM.encode()), ("origin", origin))
    )
    assert reply.status == 403
    assert await case.rows() == before


async def test_whatever_is_told_comes_back_as_text_and_nothing_else(case: Case) -> None:
    own_words = next(page.id for page in trial().pages if "PRE01" in page.items)
    await _skip_to(case, own_words)
    for text in TEXTS:
        versions = [control.value for control in case.visitor.main_form().fields if control.name == "versie"]
        reply = await case.visitor.post(
            f"{case.home}/vraag/{own_words}", [("PRE01", text), ("versie", versions[0]), ("actie", "verder")]
        )
        assert reply.status in {303, 422}
        if MARK in text:
            assert MARK in reply.text or reply.status == 303
        await case.visitor.open(f"{case.home}/vraag/{own_words}")
    told = f"<i>{MARK}</i>"
    await case.visitor.post(f"{case.home}/vraag/{own_words}", [*_version(case), ("PRE01", told), ("actie", "verder")])
    while "/vraag/" in case.visitor.place:
        await _skip(case)
    await case.visitor.open(f"{case.home}/controle")
    assert f"&lt;i&gt;{MARK}&lt;/i&gt;" in case.visitor.reply.text


async def test_a_code_is_never_repeated_in_an_address_or_a_header(site: Site, case: Case) -> None:
    stranger = Visitor(site.app, look=case.visitor.look)
    for typed in (case.opened.codes[0], case.opened.codes[2]):
        await stranger.take(form(case.home, [("code", typed)]))
        await stranger.take(Wire("GET", f"{case.home}/code/{typed}"))
        await stranger.open(f"{case.home}/code/{typed}")
        assert typed not in stranger.reply.text


async def _skip_to(case: Case, page_id: str) -> None:
    while not case.visitor.place.endswith(f"/{page_id}"):
        await _skip(case)


async def _skip(case: Case) -> None:
    await case.visitor.post(case.visitor.main_form().action, [*_version(case), ("actie", "overslaan")])
    await case.visitor.open(f"{case.home}/verder")


def _version(case: Case) -> list[tuple[str, str]]:
    return [(control.name, control.value) for control in case.visitor.main_form().fields if control.name == "versie"]
