"""The page on which a story without personal data is read, with codes, notes of readers to each other, and quotes."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.web.staff.story_room.requiring import first, ids_in, require_id, room_of
from ceo.web.staff.story_room.words import NOTE_FAULTS, QUOTE_FAULTS, ROOM_VALUES, SHOWN_IN, USES
from ceo.workflows.rights import Right, Staff
from ceo.workflows.stories.coding import save_codes
from ceo.workflows.stories.notes import NoteFault, add_note, remove_note
from ceo.workflows.stories.quotes import QuoteFault, pick_quote, remove_quote
from ceo.workflows.stories.reading import find_to_read
from ceo.workflows.stories.rooms import Room


@get("/verhalen/{round_id:int}/{story_id:str}", **needs(Right.READ_STORIES))
async def show_story(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    story_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[str]:
    """Show a story without personal data."""
    return await _page(request, installation, room_of(municipality, round_id, staff), story_id, {})


@post("/verhalen/{round_id:int}/{story_id:str}/codes", **needs(Right.READ_STORIES))
async def give_codes(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    story_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Keep the codes that this reader gives; choosing none says that none fits."""
    room = room_of(municipality, round_id, staff)
    chosen = ids_in(await read_form(request), "codes")
    if not await save_codes(installation.database, room, require_id(story_id), chosen, now=now()):
        raise NotFoundException
    return go_to(_address(room, story_id), done="codes")


@post("/verhalen/{round_id:int}/{story_id:str}/notities", **needs(Right.READ_STORIES))
async def write_note(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    story_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Keep what a reader says to the others."""
    room = room_of(municipality, round_id, staff)
    text = first(await read_form(request), "notitie")
    fault = await add_note(installation.database, room, require_id(story_id), text, now=now())
    if fault is NoteFault.GONE:
        raise NotFoundException
    if fault is not None:
        told = staff_words(request, NOTE_FAULTS[fault], **ROOM_VALUES)
        return await _page(request, installation, room, story_id, {"notitie": told}, note=text)
    return go_to(_address(room, story_id), done="notitie")


@post("/verhalen/{round_id:int}/{story_id:str}/notities/{note_id:str}/weg", **needs(Right.READ_STORIES))
async def take_note_away(
    round_id: FromPath[int],
    story_id: FromPath[str],
    note_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Remove a note of one's own."""
    room = room_of(municipality, round_id, staff)
    if not await remove_note(installation.database, room, require_id(story_id), require_id(note_id), now=now()):
        raise NotFoundException
    return go_to(_address(room, story_id), done="notitie-weg")


@post("/verhalen/{round_id:int}/{story_id:str}/citaten", **needs(Right.READ_STORIES))
async def pick(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    story_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Keep words of the story as a quote."""
    room = room_of(municipality, round_id, staff)
    form = await read_form(request)
    words, scope = first(form, "citaat"), first(form, "gebruik")
    fault = await pick_quote(installation.database, room, require_id(story_id), words, scope, now=now())
    if fault is QuoteFault.GONE:
        raise NotFoundException
    if fault is not None:
        field = "gebruik" if fault is QuoteFault.NOT_ALLOWED else "citaat"
        told = staff_words(request, QUOTE_FAULTS[fault], **ROOM_VALUES)
        return await _page(request, installation, room, story_id, {field: told}, quote=words, scope=scope)
    return go_to(_address(room, story_id), done="citaat")


@post("/verhalen/{round_id:int}/{story_id:str}/citaten/{quote_id:str}/weg", **needs(Right.READ_STORIES))
async def take_quote_away(
    round_id: FromPath[int],
    story_id: FromPath[str],
    quote_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Remove a quote; it can be picked again."""
    room = room_of(municipality, round_id, staff)
    if not await remove_quote(installation.database, room, require_id(story_id), require_id(quote_id), now=now()):
        raise NotFoundException
    return go_to(_address(room, story_id), done="citaat-weg")


async def _page(  # noqa: PLR0913 - what stands on the page
    request: Request[Any, Any, Any],
    installation: Installation,
    room: Room,
    story_id: str,
    faults: dict[str, str],
    *,
    note: str = "",
    quote: str = "",
    scope: str = "leren_intern",
) -> Response[str]:
    read = await find_to_read(installation.database, installation.versions, room, require_id(story_id))
    if read is None:
        raise NotFoundException
    return staff_page(
        request,
        "staff/story_room/story.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        read=read,
        codes={code.id: code for code in read.codes},
        uses=USES,
        shown_in=SHOWN_IN,
        faults=faults,
        note=note,
        quote=quote,
        scope=scope,
    )


def _address(room: Room, story_id: str) -> str:
    return f"/werk/{room.municipality}/verhalen/{room.round_id}/{story_id}"


ROUTES: Final = (show_story, give_codes, write_note, take_note_away, pick, take_quote_away)
