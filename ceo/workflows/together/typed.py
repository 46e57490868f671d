"""What people type about what municipalities do together, what can be wrong with it, and how it is recorded."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.workflows.audit.recording import record
from ceo.workflows.releases.deciding import By
from questionnaires.personal_data import find_traces

# In characters.
LONGEST_TITLE: Final = 120
LONGEST_TEXT: Final = 6_000
LONGEST_CONTACT: Final = 200

# What no text of people holds, and databases may refuse.
_UNFIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_ID: Final = re.compile("[0-9a-f]{32}")


class Fault(StrEnum):
    """What is wrong with a field."""

    MISSING = "missing"
    TOO_LONG = "too-long"
    UNKNOWN = "unknown"  # a theme, a method or a place that is not there (any more)
    TAKEN = "taken"  # something else has this name
    TOO_FEW = "too-few"
    FEWER_THAN_TWO = "fewer-than-two"
    FORMULA = "formula"
    NO_NUMBER = "no-number"
    TWICE = "twice"
    NO_DAY = "no-day"
    TOO_EARLY = "too-early"
    PERSON = "person"  # somebody seems to be named: only told, until who typed it says to have looked
    COPIED = "copied"  # a story of the municipality has these words too: they would stay when the teller takes the permission back
    CHANGED = "changed"  # somebody else changed it meanwhile
    CLOSED = "closed"  # it is too late, or too early
    VOTED = "voted"  # a municipality voted already


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a field; `field` "" is about the whole, "shown" about what was only read. `about` names what of the field."""

    field: str
    fault: Fault
    about: str = ""


@dataclass(frozen=True, slots=True)
class Gone:
    """What somebody wants to change is not there, or belongs to another municipality."""


def one_line(text: str) -> str:
    r"""Return a text on one line, without signs that cannot be kept.

    >>> one_line(" Samen\n aan \x00tafel ")
    'Samen aan tafel'
    """
    return " ".join(_UNFIT.sub("", text).split())


def paragraphs(text: str) -> str:
    r"""Return a text of more lines, with one kind of line end.

    >>> paragraphs("Een\r\ntwee \r\n")
    'Een\ntwee'
    """
    lines = _UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def check_texts(texts: Mapping[str, str], longest: Mapping[str, int], *, required: Iterable[str]) -> tuple[Wrong, ...]:
    """Return which texts are missing or too long, by field.

    >>> check_texts({"title": "", "text": "abc"}, {"title": 5, "text": 2}, required=["title"])
    (Wrong(field='title', fault=<Fault.MISSING: 'missing'>, about=''), Wrong(field='text', fault=<Fault.TOO_LONG: 'too-long'>, about=''))
    """
    needed = frozenset(required)
    missing = (Wrong(field, Fault.MISSING) for field, text in texts.items() if field in needed and not text)
    too_long = (Wrong(field, Fault.TOO_LONG) for field, text in texts.items() if len(text) > longest[field])
    return (*missing, *too_long)


def find_persons(texts: Mapping[str, str]) -> tuple[Wrong, ...]:
    """Return by field what seems to tell who somebody is.

    >>> find_persons({"title": "Bellen", "text": "Vraag het aan mevrouw Jansen."})
    (Wrong(field='text', fault=<Fault.PERSON: 'person'>, about='Jansen'),)
    """
    found = {field: [text[slice(*one.span)] for one in find_traces(text)] for field, text in texts.items()}
    return tuple(
        Wrong(field, Fault.PERSON, ", ".join(dict.fromkeys(traces))) for field, traces in found.items() if traces
    )


def new_id() -> str:
    """Return an id that nobody can guess."""
    return uuid.uuid4().hex


def can_be_id(text: str) -> bool:
    """Return whether a text can be such an id.

    >>> can_be_id("0" * 32), can_be_id("../etc")
    (True, False)
    """
    return _ID.fullmatch(text) is not None


async def tell(
    session: AsyncSession,
    by: By,
    action: str,
    object_id: str,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Record what somebody did, such as `practice.shared`; what it was done to is named before the point."""
    await session.flush()
    await record(
        session,
        by.place,
        actor=by.actor,
        action=action,
        object_kind=action.partition(".")[0],
        object_id=object_id,
        before=before,
        after=after,
        now=by.now,
    )
