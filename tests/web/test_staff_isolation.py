"""Every route and every role: what is another municipality's is neither shown nor changed. Made from the table of routes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hostile.sending import FORM, Reply, Wire, cookie_header, send
from web.isolation import SECRET, StaffRoute, handlers, staff_routes, stocked, stored
from web.running import Site
from web.staffing import staff_browser

from ceo.storage.people import NATIONAL
from ceo.web.staff.access import ACCOUNT, ANYONE, COOKIE, SEAL_FIELD, needed
from ceo.workflows.rights import MUNICIPAL_ROLES, NATIONAL_ROLES, RIGHTS, Right, Role
from ceo.workflows.staff.signed_in import form_seal

pytestmark = pytest.mark.anyio

OWN_MARK = "Eigen"
# Routes for everybody: residents, results that are open, and what pages are made of. A new route stands here or says what it needs.
PUBLIC = (
    "/",
    "/static/",
    "/gezond",
    "/gereed",
    "/metingen",
    "/recordings/",
    "/agenda/",  # a calendar, for who has its secret address
    "/cijfers",  # releases that were published
    "/api/v1",  # for programs: what is published, and the rest with a key
    "/{municipality_code:str}",
)
REFUSED = {403, 404}
OPENED = {200, 303}


@dataclass(frozen=True)
class Two:
    """Two municipalities with one of everything: the ids of each."""

    site: Site
    own: dict[str, str]
    other: dict[str, str]


@pytest.fixture(scope="module")
async def two(site: Site) -> Two:
    own, other = next(site.unused), next(site.unused)
    return Two(site, await stocked(site, own, OWN_MARK), await stocked(site, other, SECRET))


class Asking:
    """A browser of one person, or of nobody. It sends thousands of requests, so it does no more than that."""

    def __init__(self, site: Site, secret: str = "") -> None:
        self._app = site.app
        self._cookies = cookie_header({COOKIE: secret} if secret else None)
        self._seal = urlencode({SEAL_FIELD: form_seal(secret)})

    async def ask(self, route: StaffRoute, address: str, fields: str = "") -> Reply:
        """Send a request as a browser with the seal of its own forms would, with fields that are written out."""
        if route.method == "GET":
            return await send(self._app, Wire("GET", f"{address}?{fields}", self._cookies))
        return await self.post(route, address, f"{fields}&{self._seal}")

    async def post(self, route: StaffRoute, address: str, fields: str) -> Reply:
        """Send a form as it is."""
        body = fields.encode()
        head = (("content-type", FORM.encode()), ("content-length", str(len(body)).encode()), *self._cookies)
        return await send(self._app, Wire(route.method, address, head, (body,)))


async def asking_as(site: Site, roles: Mapping[str, Role]) -> Asking:
    """Return the browser of somebody with these roles."""
    browser = await staff_browser(site, roles)
    return Asking(site, browser.client.cookies[COOKIE])


async def test_every_route_says_what_it_needs_or_is_for_everybody(site: Site) -> None:
    for path, method, handler in handlers(site.app):
        if path.startswith("/werk"):
            assert needed(handler) is not None, f"{method} {path} does not say what it needs"
        else:
            assert path == "/" or path.startswith(PUBLIC[1:]), f"{method} {path} is not known as a route for everybody"


async def test_every_right_opens_a_route(site: Site) -> None:
    used = {route.needs for route in staff_routes(site.app)}
    assert {right for right in Right if right not in used} <= {Right.SEE_OWN_ACTIVITIES, Right.SEE_NATIONAL_RESULTS}


@pytest.mark.parametrize("role", sorted(Role))
async def test_no_role_reaches_another_municipality(two: Two, role: Role) -> None:
    place = NATIONAL if role in NATIONAL_ROLES else two.own["municipality_code"]
    browser = await asking_as(two.site, {place: role})
    before = await stored(two.site, two.other["municipality_code"])
    for route in staff_routes(two.site.app):
        if "municipality_code" not in route.names:
            continue
        answer = await browser.ask(route, route.address(two.other))
        assert answer.status in REFUSED, f"{role}: {route} answered {answer.status}"
        assert SECRET.encode() not in answer.body, route
    assert await stored(two.site, two.other["municipality_code"]) == before


@pytest.mark.parametrize("role", [Role.OWNER, Role.REGIONAL])
async def test_ids_of_another_municipality_are_unknown_in_ones_own(two: Two, role: Role) -> None:
    # Forms are sent here, also those that take things away: in a municipality that no other test looks at.
    own = await stocked(two.site, next(two.site.unused), OWN_MARK)
    code = own["municipality_code"]
    browser = await asking_as(two.site, {code: role})
    before = await stored(two.site, two.other["municipality_code"])
    every = {name: value for name, value in two.other.items() if name != "municipality_code"}
    # Another's ids in the query and in the form, under every name.
    under_every_name = [
        urlencode({**dict(zip(FIELDS, islice(cycle(every.values()), first, None), strict=False)), **every})
        for first in range(2)
    ]
    for route in staff_routes(two.site.app):
        if "municipality_code" not in route.names or not isinstance(route.needs, Right):
            continue
        answer = await browser.ask(route, route.address({**two.other, "municipality_code": code}))
        assert SECRET.encode() not in answer.body, route
        assert answer.status < 500, route
        for fields in under_every_name:
            answer = await browser.ask(route, route.address(own), fields)
            assert SECRET.encode() not in answer.body, route
            assert answer.status < 500, route
    assert await stored(two.site, two.other["municipality_code"]) == before


@pytest.mark.parametrize("role", sorted(MUNICIPAL_ROLES))
async def test_a_role_reaches_what_its_rights_open_and_nothing_else(two: Two, role: Role) -> None:
    browser = await asking_as(two.site, {two.own["municipality_code"]: role})
    for route in staff_routes(two.site.app):
        if "municipality_code" not in route.names or route.method != "GET":
            continue
        answer = await browser.ask(route, route.address(two.own))
        if route.needs in RIGHTS[role]:
            assert answer.status in OPENED, f"{role}: {route} answered {answer.status}"
        elif route.needs not in {ANYONE, ACCOUNT}:
            assert answer.status == 403, f"{role}: {route} answered {answer.status}"


@pytest.mark.parametrize("role", sorted(Role))
async def test_national_pages_are_for_national_roles(two: Two, role: Role) -> None:
    place = NATIONAL if role in NATIONAL_ROLES else two.own["municipality_code"]
    browser = await asking_as(two.site, {place: role})
    for route in staff_routes(two.site.app):
        if not route.path.startswith("/werk/landelijk") or route.method != "GET" or route.names:
            continue
        answer = await browser.ask(route, route.path)
        if role not in NATIONAL_ROLES:
            assert answer.status == 404, f"{role}: {route}"
        else:
            assert (answer.status == 403) == (route.needs not in RIGHTS[role]), f"{role}: {route}"


async def test_nobody_reaches_anything_without_signing_in(two: Two) -> None:
    browser = Asking(two.site)
    for route in staff_routes(two.site.app):
        if route.needs is ANYONE:
            continue
        answer = await browser.post(route, route.address(two.other), "")
        assert answer.status in {303, 401, 403}, f"{route} answered {answer.status}"
        assert SECRET.encode() not in answer.body


async def test_no_form_is_taken_without_its_seal(two: Two) -> None:
    browser = await asking_as(two.site, {two.own["municipality_code"]: Role.OWNER, NATIONAL: Role.NATIONAL_EDITOR})
    before = await stored(two.site, two.own["municipality_code"])
    for route in staff_routes(two.site.app):
        if route.method in {"GET", "HEAD"}:
            continue
        address = route.address(two.own)
        for fields in ("", f"{SEAL_FIELD}={'0' * 64}"):
            answer = await browser.post(route, address, fields)
            assert answer.status == 403, f"{route} answered {answer.status}"
    assert await stored(two.site, two.own["municipality_code"]) == before


def fields_of_forms() -> tuple[str, ...]:
    """Every name of a field in the templates of the workplace."""
    folder = Path(str(files("ceo.web"))) / "templates"
    texts = "".join(
        file.read_text() for part in ("staff", "national") for file in sorted((folder / part).rglob("*.html"))
    )
    return tuple(sorted({name for name in re.findall(r'\bname="([\w-]+)"', texts) if name != SEAL_FIELD}))


FIELDS = fields_of_forms()
