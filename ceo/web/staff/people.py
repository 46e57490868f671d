"""The pages about the people of a place: who they are, inviting one more, changing what they are, and taking them away.

The same pages serve municipalities and the whole country. None of them tells what somebody does elsewhere: inviting gets the same answer
whether there was an account with the e-mail address or not, and the mail is sent after the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.background_tasks import BackgroundTask
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException, PermissionDeniedException
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import (
    HTTP_200_OK,
    HTTP_409_CONFLICT,
    HTTP_422_UNPROCESSABLE_ENTITY,
)

from ceo.clock import now
from ceo.storage.people import NATIONAL
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.staff.access import needs, place_of
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.web.staff.people_words import FAULT_VALUES, FAULT_WORDS, RIGHT_MEANINGS, ROLE_MEANINGS, ROLE_NAMES
from ceo.workflows.rights import RIGHTS, Right, Role, Staff, roles_for
from ceo.workflows.staff.accounts import Done, disable, enable, mail_link_when_needed
from ceo.workflows.staff.people import Invited, Member, change_member, find_member, invite, members_of, take_away
from ceo.workflows.staff.staff_rules import Fault, Invitee, Refused, Wanted

# What the form proposes: least rights.
_PROPOSED: Final = (str(Role.READER),)
_PROPOSED_NATIONAL: Final = (str(Role.NATIONAL_RESEARCHER),)
_ACCESS: Final = {"blokkeren": (disable, "geblokkeerd"), "toelaten": (enable, "vrijgegeven")}
# Ids have this length; longer is no id of ours.
_LONGEST_ID: Final = 32


@dataclass(frozen=True, slots=True)
class PersonForm:
    """What was typed, so that nothing has to be typed twice. `activities` has one on each line."""

    email: str = ""
    name: str = ""
    roles: tuple[str, ...] = ()
    activities: str = ""

    @classmethod
    def typed(cls, form: Mapping[str, Sequence[str]]) -> PersonForm:
        """Return what a posted form holds."""
        email, name, activities = (next(iter(form.get(field, ())), "") for field in ("email", "name", "activities"))
        return cls(email.strip(), name.strip(), tuple(form.get("roles", ())), activities)

    @property
    def wanted(self) -> Wanted:
        """Return what the person is to be."""
        return Wanted(frozenset(self.roles), tuple(self.activities.splitlines()))


@get("/mensen", **needs(Right.MANAGE_PEOPLE))
async def show_people(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[str]:
    """Show who works here."""
    members = await members_of(installation.database, place_of(request))
    return staff_page(request, "staff/people/list.html", members=members, role_names=ROLE_NAMES)


@get("/mensen/uitnodigen", **needs(Right.MANAGE_PEOPLE))
async def show_invitation(
    request: Request[Any, Any, Any], installation: NamedDependency[Installation]
) -> Response[str]:
    """Show the form in which somebody is invited."""
    proposed = _PROPOSED_NATIONAL if place_of(request) == NATIONAL else _PROPOSED
    return _invitation(request, installation, PersonForm(roles=proposed), ())


@post("/mensen/uitnodigen", **needs(Right.MANAGE_PEOPLE))
async def send_invitation(
    request: Request[Any, Any, Any], installation: NamedDependency[Installation], staff: NamedDependency[Staff]
) -> Response[Any]:
    """Let somebody work here, and mail a link to who cannot sign in yet."""
    typed = PersonForm.typed(await read_form(request))
    invitee = Invitee(typed.email, typed.name)
    invited = await invite(installation.database, place_of(request), invitee, typed.wanted, by=staff, now=now())
    if not isinstance(invited, Invited):
        return _invitation(request, installation, typed, invited)
    return _mail_after(go_to(f"{_people(request)}/{invited.id}", done="uitgenodigd"), installation, invited.id)


@get("/mensen/{user_id:str}", **needs(Right.MANAGE_PEOPLE))
async def show_person(
    request: Request[Any, Any, Any], user_id: FromPath[str], installation: NamedDependency[Installation]
) -> Response[str]:
    """Show what somebody is here, as a form."""
    member = await _require(request, installation, user_id)
    return _person(request, installation, member, _as_typed(member), ())


@post("/mensen/{user_id:str}", **needs(Right.MANAGE_PEOPLE))
async def change_person(
    request: Request[Any, Any, Any],
    user_id: FromPath[str],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Let somebody be something else here, unless somebody else changed that meanwhile."""
    form = await read_form(request)
    member = await _require(request, installation, user_id)
    typed = PersonForm.typed(form)
    refused = await change_member(
        installation.database, place_of(request), user_id, typed.wanted, state=_state(form), by=staff, now=now()
    )
    if refused:
        return _person(request, installation, await _require(request, installation, user_id), typed, refused)
    return _back(request, staff, member, "gewijzigd")


@post("/mensen/{user_id:str}/uitnodigen", **needs(Right.MANAGE_PEOPLE))
async def invite_again(
    request: Request[Any, Any, Any], user_id: FromPath[str], installation: NamedDependency[Installation]
) -> Response[Any]:
    """Mail a new link, when somebody has not chosen a password yet."""
    member = await _require(request, installation, user_id)
    return _mail_after(go_to(f"{_people(request)}/{member.id}", done="opnieuw"), installation, member.id)


@get("/mensen/{user_id:str}/weghalen", **needs(Right.MANAGE_PEOPLE))
async def show_taking_away(
    request: Request[Any, Any, Any], user_id: FromPath[str], installation: NamedDependency[Installation]
) -> Response[str]:
    """Show what happens when somebody is taken away."""
    return _taking_away(request, await _require(request, installation, user_id), ())


@post("/mensen/{user_id:str}/weghalen", **needs(Right.MANAGE_PEOPLE))
async def take_person_away(
    request: Request[Any, Any, Any],
    user_id: FromPath[str],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Let somebody no longer work here."""
    state = _state(await read_form(request))
    member = await _require(request, installation, user_id)
    refused = await take_away(installation.database, place_of(request), user_id, state=state, by=staff, now=now())
    if refused:
        return _taking_away(request, await _require(request, installation, user_id), refused)
    return _back(request, staff, member, "weggehaald")


@post("/mensen/{user_id:str}/toegang", **needs(Right.MANAGE_PEOPLE))
async def block_person(
    request: Request[Any, Any, Any],
    user_id: FromPath[str],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Let somebody of the whole country no longer sign in anywhere, or let this person in again."""
    what = next(iter((await read_form(request)).get("wat", ())), "")
    member = await _require(request, installation, user_id)
    if what not in _ACCESS or member.id == staff.id:
        raise PermissionDeniedException
    change, told = _ACCESS[what]
    done = await change(installation.database, member.id, by=staff, now=now())
    assert isinstance(done, Done), "the guard of the route lets only those through who may, and the person is here"
    return go_to(f"{_people(request)}/{member.id}", done=told)


# The same pages for municipalities and for the country; only there an account can be closed.
ROUTES: Final = (
    show_people,
    show_invitation,
    send_invitation,
    show_person,
    change_person,
    invite_again,
    show_taking_away,
    take_person_away,
)
NATIONAL_ROUTES: Final = (block_person,)


def _people(request: Request[Any, Any, Any]) -> str:
    place = place_of(request)
    return f"/werk/{'landelijk' if place == NATIONAL else place}/mensen"


def _mail_after(answer: Redirect, installation: Installation, user_id: str) -> Redirect:
    """Mail after the answer was sent: neither its words nor its time tell whether there was an account."""
    answer.background = BackgroundTask(
        mail_link_when_needed, installation.database, installation.settings, user_id, now=now()
    )
    return answer


def _back(request: Request[Any, Any, Any], staff: Staff, member: Member, done: str) -> Redirect:
    """Lead back to the list; who changed what they are themselves may not be allowed to see it any more."""
    return go_to("/werk") if member.id == staff.id else go_to(_people(request), done=done)


async def _require(request: Request[Any, Any, Any], installation: Installation, user_id: str) -> Member:
    """Return somebody who works here, or tell that there is no such page."""
    is_id = len(user_id) <= _LONGEST_ID and user_id.isascii() and user_id.isalnum()
    member = await find_member(installation.database, place_of(request), user_id) if is_id else None
    if member is None:
        raise NotFoundException
    return member


def _state(form: Mapping[str, Sequence[str]]) -> str:
    # Browsers send line ends as they like; nothing in a state has one.
    return next(iter(form.get("state", ())), "")


def _as_typed(member: Member) -> PersonForm:
    return PersonForm(member.email, member.name, tuple(sorted(member.part.roles)), "\n".join(member.part.activities))


def _invitation(
    request: Request[Any, Any, Any], installation: Installation, typed: PersonForm, refused: Sequence[Refused]
) -> Response[str]:
    return staff_page(
        request,
        "staff/people/invitation.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if refused else HTTP_200_OK,
        typed=typed,
        faults=_faults(request, refused),
        roles=_roles(request),
        mails=installation.settings.mail is not None,
    )


def _person(
    request: Request[Any, Any, Any],
    installation: Installation,
    member: Member,
    typed: PersonForm,
    refused: Sequence[Refused],
) -> Response[str]:
    """Show somebody with what was typed; the state is that of now, so that who read what is there can go on."""
    changed = any(one.fault is Fault.CHANGED_MEANWHILE for one in refused)
    return staff_page(
        request,
        "staff/people/person.html",
        status=HTTP_409_CONFLICT if changed else HTTP_422_UNPROCESSABLE_ENTITY if refused else HTTP_200_OK,
        member=member,
        typed=typed,
        faults=_faults(request, refused),
        changed=changed,
        roles=_roles(request),
        role_names=ROLE_NAMES,
        mails=installation.settings.mail is not None,
        national=place_of(request) == NATIONAL,
    )


def _taking_away(request: Request[Any, Any, Any], member: Member, refused: Sequence[Refused]) -> Response[str]:
    return staff_page(
        request,
        "staff/people/taking_away.html",
        status=HTTP_409_CONFLICT if refused else HTTP_200_OK,
        member=member,
        faults=_faults(request, refused),
        role_names=ROLE_NAMES,
    )


def _faults(request: Request[Any, Any, Any], refused: Iterable[Refused]) -> dict[str, str]:
    """Return what is wrong by field; what is about the whole stands at the roles."""
    return {one.field or "roles": staff_words(request, FAULT_WORDS[one.fault], **FAULT_VALUES) for one in refused}


def _roles(request: Request[Any, Any, Any]) -> list[tuple[str, str, str, list[str]]]:
    """Return each role that can be given here: its code, name, meaning, and what it may do."""
    given = roles_for(place_of(request))
    return [
        (
            str(role),
            ROLE_NAMES[role],
            ROLE_MEANINGS[role],
            [RIGHT_MEANINGS[right] for right in Right if right in RIGHTS[role]],
        )
        for role in Role
        if role in given
    ]
