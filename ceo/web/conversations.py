"""A conversation: somebody of the municipality fills in on the residents' pages for a person who phones or stands at the counter.

Two cookies keep it apart from people who fill in themselves. One goes with the residents' pages of this municipality and says that these
show a way back to the workplace; the other goes with the workplace and holds the key of the person, so that the conversation can be ended
there. Neither holds a code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request, Response
from litestar.datastructures import Cookie

from ceo.web.held_keys import COOKIE as ACCESS_COOKIE
from ceo.workflows.answering.access_codes import AccessKey

MARKER: Final = "ceo_gesprek"
_HELD: Final = "ceo_gesprek_met"
_ROUND: Final = re.compile(r"[1-9]\d{0,9}", re.ASCII)
_HELD_KEY: Final = re.compile(r"([1-9]\d{0,9})\.([0-9a-f]{64})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Conversation:
    """With whom somebody talks, and in which round."""

    round_id: int
    key: AccessKey


def way_back(request: Request[Any, Any, Any]) -> str:
    """Return the address in the workplace to which a resident's page leads back, "" when its visitor fills in for nobody else."""
    # A page that stands in for all others, such as that of maintenance, has no part of its address named.
    code = request.scope.get("path_params", {}).get("municipality_code", "")
    found = request.cookies.get(MARKER, "")
    return f"/werk/{code}/veldwerk/{found}/gesprek" if code and _ROUND.fullmatch(found) else ""


def conversation_of(request: Request[Any, Any, Any], municipality: str) -> Conversation | None:
    """Return the conversation that a browser of the workplace holds."""
    found = _HELD_KEY.fullmatch(request.cookies.get(_HELD, ""))
    return Conversation(int(found[1]), AccessKey(municipality, found[2])) if found is not None else None


def hold(answer: Response[Any], conversation: Conversation, *, secure: bool) -> None:
    """Let the browser hold a conversation in the workplace; the residents' pages do not know of it yet."""
    value = f"{conversation.round_id}.{conversation.key.secret}"
    answer.set_cookie(_cookie(_HELD, value, _workplace(conversation.key.municipality), secure=secure))


def let_in(answer: Response[Any], conversation: Conversation, *, secure: bool) -> None:
    """Let the browser fill in on the residents' pages as the person of a conversation, with a way back."""
    path = f"/{conversation.key.municipality}"
    answer.set_cookie(_cookie(ACCESS_COOKIE, conversation.key.secret, path, secure=secure))
    answer.set_cookie(_cookie(MARKER, str(conversation.round_id), path, secure=secure))


def end(answer: Response[Any], municipality: str) -> None:
    """Let the browser forget a conversation, and the person whose answers it could show."""
    answer.delete_cookie(_HELD, path=_workplace(municipality))
    for name in (ACCESS_COOKIE, MARKER):
        answer.delete_cookie(name, path=f"/{municipality}")


def _workplace(municipality: str) -> str:
    return f"/werk/{municipality}/veldwerk"


def _cookie(name: str, value: str, path: str, *, secure: bool) -> Cookie:
    return Cookie(key=name, value=value, path=path, httponly=True, samesite="lax", secure=secure)
