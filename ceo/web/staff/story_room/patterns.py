"""The page with the pattern of the stories of a round: what tellers chose, what readers found, and the figures of the same groups."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from ceo.storage.municipalities import Municipality
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.pages import staff_language, staff_page
from ceo.web.staff.story_room.requiring import room_of
from ceo.web.staff.story_room.telling import tell_pattern
from ceo.web.staff.story_room.words import SHOWN_IN, figure_words
from ceo.workflows.rights import Right, Staff
from ceo.workflows.stories.patterns import read_pattern


@get("/verhalen/{round_id:int}/patroon", **needs(Right.READ_STORIES))
async def show_pattern(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[str]:
    """Show what the stories of a round have in common."""
    room = room_of(municipality, round_id, staff)
    pattern = await read_pattern(installation.database, installation.versions, room)
    if pattern is None:
        raise NotFoundException
    language = staff_language(request)
    return staff_page(
        request,
        "staff/story_room/pattern.html",
        pattern=pattern,
        floor=pattern.floor,
        shown_in=SHOWN_IN,
        told=await asyncio.to_thread(tell_pattern, pattern),
        figure=lambda one: figure_words(one.value, one.low, one.high, one.measure, language),
    )


ROUTES: Final = (show_pattern,)
