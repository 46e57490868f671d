"""The knowledge agenda in a municipality: themes, polls to vote in, and what came out of polls that are closed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.status_codes import HTTP_303_SEE_OTHER

from ceo.storage.municipalities import Municipality
from ceo.storage.people import NATIONAL
from ceo.storage.together import Poll, Theme
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.national.desk import first
from ceo.web.staff.access import needs, place_of
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.web.staff.together.requiring import Form, by_of, home_of, require_id, status_of, told, version_in, was_changed
from ceo.web.staff.together.words import METHODS, POLL_STATES, fault_words
from ceo.workflows.rights import Right, Staff
from ceo.workflows.together.counting import PollResult, count_poll
from ceo.workflows.together.polls import (
    FEWEST_BALLOTS,
    Method,
    PollState,
    ballots_of,
    cast_ballot,
    find_poll,
    list_polls,
    own_ballots,
    read_approval,
    read_ranking,
    state_of,
    withdraw_ballot,
)
from ceo.workflows.together.themes import list_themes
from ceo.workflows.together.typed import Gone, Wrong

PART: Final = "kennisagenda"
_NUMBER: Final = "plaats-"


@get("/samen/kennisagenda", **needs(Right.SEE_TOGETHER))
async def show_agenda(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the themes, and the polls with whether this municipality voted."""
    polls = await list_polls(installation.database)
    return staff_page(
        request,
        "staff/together/agenda.html",
        home=home_of(request),
        here_home=home_of(request, PART),
        themes=await list_themes(installation.database, ended=False),
        polls=[(one, state_of(one, installation.today)) for one in polls],
        ballots=await own_ballots(installation.database, municipality.code),
        states=POLL_STATES,
    )


@get("/samen/kennisagenda/{poll_id:str}", **needs(Right.SEE_TOGETHER))
async def show_poll(
    request: Request[Any, Any, Any], poll_id: FromPath[str], installation: NamedDependency[Installation]
) -> Response[str]:
    """Show a poll: the ballot while it is open, the result when it is closed."""
    return await poll_page(request, installation, await require_poll(installation, poll_id))


@post("/samen/kennisagenda/{poll_id:str}", status_code=HTTP_303_SEE_OTHER, **needs(Right.TAKE_PART))
async def vote(
    request: Request[Any, Any, Any],
    poll_id: FromPath[str],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Keep the ballot of the municipality, or tell everything that is wrong with it."""
    poll = await require_poll(installation, poll_id)
    form = await read_form(request)
    if poll.method == Method.APPROVAL:
        read = read_approval(poll, form.get("themas", ()))
    else:
        read = read_ranking(poll, {theme: first(form, _NUMBER + theme) for theme in poll.themes})
    themes = tuple(one for one in read if isinstance(one, str))
    wrong: tuple[Wrong, ...] | Gone = tuple(one for one in read if isinstance(one, Wrong))
    if not wrong:
        by = by_of(request, staff)
        wrong = await cast_ballot(installation.database, poll.id, themes, by, row_version=version_in(form))
    if isinstance(wrong, Gone):
        raise NotFoundException
    if wrong:
        return await poll_page(request, installation, poll, form, wrong)
    return go_to(f"{home_of(request, PART)}/{poll.id}", done="gestemd")


@post("/samen/kennisagenda/{poll_id:str}/intrekken", status_code=HTTP_303_SEE_OTHER, **needs(Right.TAKE_PART))
async def withdraw(
    request: Request[Any, Any, Any],
    poll_id: FromPath[str],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Take the ballot of the municipality back."""
    poll = await require_poll(installation, poll_id)
    seen = version_in(await read_form(request))
    wrong = await withdraw_ballot(installation.database, poll.id, by_of(request, staff), row_version=seen)
    if isinstance(wrong, Gone):
        raise NotFoundException
    if wrong:
        return await poll_page(request, installation, poll, None, wrong)
    return go_to(f"{home_of(request, PART)}/{poll.id}", done="ingetrokken")


ROUTES: Final = (show_agenda, show_poll, vote, withdraw)


async def require_poll(installation: Installation, poll_id: str) -> Poll:
    """Return a poll, or tell that there is no such page."""
    poll = await find_poll(installation.database, require_id(poll_id))
    if poll is None:
        raise NotFoundException
    return poll


async def poll_page(
    request: Request[Any, Any, Any],
    installation: Installation,
    poll: Poll,
    form: Form | None = None,
    wrong: Sequence[Wrong] = (),
) -> Response[str]:
    """Answer with a poll; with what was typed (`form`) and what is wrong with it."""
    place, state = place_of(request), state_of(poll, installation.today)
    themes = {one.id: one for one in await list_themes(installation.database)}
    ballots = await own_ballots(installation.database, place) if place != NATIONAL else {}
    ballot = ballots.get(poll.id)
    closed = await ballots_of(installation.database, poll, installation.today)
    cast = () if ballot is None else tuple(ballot.themes)
    return staff_page(
        request,
        "staff/together/poll.html",
        status=status_of(wrong),
        home=home_of(request),
        here_home=home_of(request, PART) if place != NATIONAL else home_of(request),
        poll=poll,
        themes=[themes[one] for one in poll.themes],
        theme_pairs=[(one, themes[one].name) for one in poll.themes],
        names={one.id: one.name for one in themes.values()},
        state=state,
        states=POLL_STATES,
        is_open=state is PollState.OPEN,
        is_closed=state is PollState.CLOSED,
        methods=METHODS,
        ranked=poll.method == Method.RANKED,
        ballot=ballot,
        cast=cast,
        cast_names=", ".join(themes[one].name for one in cast),
        changed=form is not None and was_changed(wrong),
        chosen=tuple(form.get("themas", ())) if form else cast,
        numbers=_numbers(poll, form, cast),
        faults=_told(request, wrong, themes),
        result=await _counted(poll, closed),
        fewest=FEWEST_BALLOTS,
    )


async def _counted(poll: Poll, closed: Sequence[tuple[str, ...]] | None) -> PollResult | None:
    """Return what came out; None while it is open or when too few municipalities voted."""
    if closed is None or len(closed) < FEWEST_BALLOTS:
        return None
    return await asyncio.to_thread(count_poll, poll, closed)


def _numbers(poll: Poll, form: Form | None, cast: Sequence[str]) -> dict[str, str]:
    """Return by theme the number in its field: as typed, or as it was cast."""
    if form:
        return {theme: first(form, _NUMBER + theme) for theme in poll.themes}
    return {theme: str(cast.index(theme) + 1) if theme in cast else "" for theme in poll.themes}


def _told(request: Request[Any, Any, Any], wrong: Sequence[Wrong], themes: Mapping[str, Theme]) -> dict[str, str]:
    """Return in words what is wrong with a ballot: at the number of a theme, or at all of it."""
    found = told(request, (one for one in wrong if one.about not in themes), "themas")
    for one in wrong:
        if one.about in themes:
            words = staff_words(request, fault_words("", one.fault), about=themes[one.about].name)
            found[_NUMBER + one.about] = words
    return found
