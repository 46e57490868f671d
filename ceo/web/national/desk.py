"""A draft of the library on the desk of an editor: opened for each of its pages, and changed by their forms."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_409_CONFLICT

from ceo.clock import now
from ceo.web.installation import Installation
from ceo.web.staff.pages import staff_page
from ceo.workflows.library.drafts import Editing, NotEditable, NothingToUndo, Overtaken
from ceo.workflows.library.reviewing import ReviewedDraft, read_reviewed
from ceo.workflows.library.statements import State
from ceo.workflows.rights import Right, Staff

HOME: Final = "/werk/landelijk/bibliotheek"
_MOST_DIGITS: Final = 9
# No file of text holds these, and PostgreSQL refuses the first.
_UNFIT: Final = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Desk:
    """Who works on which draft."""

    request: Request[Any, Any, Any]
    staff: Staff
    installation: Installation
    reviewed: ReviewedDraft

    @property
    def home(self) -> str:
        """The address of the draft."""
        return f"{HOME}/concepten/{self.reviewed.draft.id}"

    @property
    def changeable(self) -> bool:
        """Whether this person can change it: what was released stays as it is."""
        return self.reviewed.draft.released_as is None and self.staff.may(Right.EDIT_LIBRARY, "NL")

    def editing(self, form: Mapping[str, Sequence[str]]) -> Editing:
        """Return who changes what, and on which revision the form was made."""
        return Editing(self.reviewed.draft.id, number_in(form, "versie") or 0, self.staff.id, now())


async def desk_of(
    request: Request[Any, Any, Any],
    draft_id: FromPath[str],
    staff: NamedDependency[Staff],
    installation: NamedDependency[Installation],
) -> Desk:
    """Return the draft of an address."""
    reviewed = await read_reviewed(installation.database, draft_id)
    if reviewed is None:
        raise NotFoundException
    return Desk(request, staff, installation, reviewed)


def desk_page(desk: Desk, template: str, *, status: int = HTTP_200_OK, **values: Any) -> Response[str]:
    """Answer with a page about a draft."""
    problems = desk.reviewed.drafted.problems
    return staff_page(
        desk.request,
        f"national/{template}",
        status=status,
        desk=desk,
        home=desk.home,
        draft=desk.reviewed.draft,
        revision=desk.reviewed.draft.revision,
        drafted=desk.reviewed.drafted,
        problems=problems,
        waiting=sum(one.state is not State.APPROVED for one in desk.reviewed.standings),
        address_of=file_address,
        **{"faults": {}, **values},
    )


def file_address(name: str) -> str:
    """Return the end of the address of a file."""
    return f"/bestand?naam={quote(name)}"


def lead_to(desk: Desk, place: str = "", *, done: str = "") -> Redirect:
    """Lead to a page of the draft after a form; `done` is a code for what was done."""
    sign = "&" if "?" in place else "?"
    return Redirect(f"{desk.home}{place}{f'{sign}gedaan={done}' if done else ''}", status_code=HTTP_303_SEE_OTHER)


def conclude(
    desk: Desk, outcome: int | Overtaken | NotEditable | NothingToUndo, *, then: str, done: str
) -> Response[Any]:
    """Tell what became of a form that can simply be sent again, from the page as it is now."""
    if isinstance(outcome, (Overtaken, NotEditable)):
        return staff_page(desk.request, "staff/error.html", status=HTTP_409_CONFLICT, code=HTTP_409_CONFLICT)
    return lead_to(desk, then, done="" if isinstance(outcome, NothingToUndo) else done)


def first(form: Mapping[str, Sequence[str]], name: str) -> str:
    """Return the only value of a field, without space around it; "" when it was not sent."""
    return _UNFIT.sub("", next(iter(form.get(name, ())), "")).strip()


def number_in(form: Mapping[str, Sequence[str]], name: str) -> int | None:
    """Return the whole number in a field; None when there is none."""
    text = first(form, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


def text_in(form: Mapping[str, Sequence[str]], name: str) -> str:
    """Return a text of more lines as a file holds it."""
    text = next(iter(form.get(name, ())), "")
    return _UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def changed_lines(before: str, after: str) -> tuple[str, ...]:
    """Return the lines that differ between two texts, with a few around them, as programmers write it; () when they are equal."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2)
    return tuple(lines)[2:]
