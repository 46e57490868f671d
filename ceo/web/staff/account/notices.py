"""The page on which somebody chooses what to be told and makes a calendar; and the end of mail by a link, without signing in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.staff.access import ACCOUNT, ANYONE, SecondFactorFirstError, needs
from ceo.web.staff.account.notice_words import KINDS
from ceo.web.staff.pages import go_to, staff_page
from ceo.workflows.notices.calendars import end_feed, list_feeds, make_feed
from ceo.workflows.notices.kinds import TOLD_AT_HOME
from ceo.workflows.notices.reading import Choice, keep_choices, mark_seen, read_choices
from ceo.workflows.notices.stopping import kind_of_link, stop_mail
from ceo.workflows.rights import Right, Staff

_HERE: Final = "/werk/account/berichten"
# Longer is no token of ours.
_LONGEST_TOKEN: Final = 100
_MOST_AT_ONCE: Final = 500
_SHOWN, _MAILED = "tonen", "mailen"


@get("/account/berichten", **needs(ACCOUNT))
async def show_notices(
    request: Request[Any, Any, Any], staff: NamedDependency[Staff], installation: NamedDependency[Installation]
) -> Response[str]:
    """Show how this person wants to hear of what, and which calendars there are."""
    return await _page(request, staff, installation)


@post("/account/berichten", **needs(ACCOUNT))
async def keep_notices(
    request: Request[Any, Any, Any], staff: NamedDependency[Staff], installation: NamedDependency[Installation]
) -> Response[Any]:
    """Keep how this person wants to hear of what."""
    form = await read_form(request)
    shown, mailed = (frozenset(form.get(name, ())) for name in (_SHOWN, _MAILED))
    offered = await read_choices(installation.database, staff)
    chosen = [
        Choice(one.kind, one.kind in TOLD_AT_HOME or one.kind.value in shown, one.kind.value in mailed)
        for one in offered
    ]
    await keep_choices(installation.database, staff, chosen)
    return go_to(_HERE, done="bewaard")


@post("/account/berichten/gezien", **needs(ACCOUNT))
async def keep_seen(
    request: Request[Any, Any, Any], staff: NamedDependency[Staff], installation: NamedDependency[Installation]
) -> Response[Any]:
    """Keep that this person has seen some notices, and lead back to the place that they were about."""
    form = await read_form(request)
    notices = [one for one in form.get("bericht", ())[:_MOST_AT_ONCE] if "\x00" not in one]
    await mark_seen(installation.database, staff.id, notices, today=installation.today)
    place = next(iter(form.get("plaats", ())), "")
    return go_to(f"/werk/{place}" if place in staff.municipalities else "/werk", done="gezien")


@post("/account/agenda", **needs(ACCOUNT))
async def make_calendar(
    request: Request[Any, Any, Any], staff: NamedDependency[Staff], installation: NamedDependency[Installation]
) -> Response[str]:
    """Make the secret address of a calendar, and show it this once; or end it."""
    form = await read_form(request)
    place = next(iter(form.get("plaats", ())), "")
    if place not in staff.municipalities:
        raise NotFoundException
    if staff.must_set_up_second_factor:  # as the pages on which the same days stand
        raise SecondFactorFirstError
    if "stop" in form:
        await end_feed(installation.database, staff.id, place)
        return await _page(request, staff, installation, told="agenda-weg")
    made = await make_feed(installation.database, installation.settings, staff, place, today=installation.today)
    if made is None:
        raise NotFoundException
    return await _page(request, staff, installation, made={place: made})


@get("/account/berichten/code/{token:str}", **needs(ANYONE))
async def show_stop(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[str]:
    """Ask whether mail about a kind of notice must stop. Nothing changes."""
    return _stop_page(request, token, stopped=False)


@post("/account/berichten/code/{token:str}", **needs(ANYONE))
async def take_stop(
    request: Request[Any, Any, Any], token: FromPath[str], installation: NamedDependency[Installation]
) -> Response[str]:
    """Stop mail about a kind of notice. Done twice is done once."""
    found = kind_of_link(installation.settings.secret_key, token[:_LONGEST_TOKEN])
    if found is not None:
        await stop_mail(installation.database, *found)
    return _stop_page(request, token, stopped=True)


def _stop_page(request: Request[Any, Any, Any], token: str, *, stopped: bool) -> Response[str]:
    installation: Installation = request.app.state.installation
    found = kind_of_link(installation.settings.secret_key, token[:_LONGEST_TOKEN])
    if found is None:
        raise NotFoundException
    return staff_page(
        request, "staff/account/stop_mail.html", words=KINDS[found[1]], address=f"{_HERE}/code/{token}", stopped=stopped
    )


async def _page(
    request: Request[Any, Any, Any],
    staff: Staff,
    installation: Installation,
    *,
    made: Mapping[str, str] | None = None,
    told: str = "",
) -> Response[str]:
    feeds = {one.place: one for one in await list_feeds(installation.database, staff.id)}
    places = [code for code in staff.municipalities if staff.may(Right.SEE_ROUNDS, code)]
    return staff_page(
        request,
        "staff/account/notices.html",
        choices=await read_choices(installation.database, staff),
        kinds=KINDS,
        shown=_SHOWN,
        mailed=_MAILED,
        at_home=TOLD_AT_HOME,
        mails=installation.settings.mail is not None,
        feeds=feeds,
        places=[(code, installation.municipalities[code].name) for code in places],
        made=made or {},
        told=told,
    )
