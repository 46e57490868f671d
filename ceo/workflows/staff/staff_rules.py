"""The rules for giving somebody something to do in a place, and why a change is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from ceo.workflows.rights import RIGHTS, Right, Role, roles_for

LONGEST_NAME: Final = 100
LONGEST_ACTIVITY: Final = 100
MOST_ACTIVITIES: Final = 50
_LONGEST_EMAIL: Final = 254
# One @ with something before it and the name of a host behind it: whether mail arrives is seen when it is sent.
_EMAIL: Final = re.compile(r"[^\s@<>\"(),:;\\]+@[^\s@.<>\"(),:;\\]+(\.[^\s@.<>\"(),:;\\]+)+")
# The roles that let others in: no place loses the last one.
MANAGERS: Final = frozenset(role for role, rights in RIGHTS.items() if Right.MANAGE_PEOPLE in rights)


class Fault(StrEnum):
    """Why nothing was changed."""

    NO_EMAIL = "no-email"  # not an e-mail address
    NO_NAME = "no-name"
    LONG_NAME = "long-name"
    NO_ROLE = "no-role"
    OTHER_ROLE = "other-role"  # a role that cannot be given in this place
    NO_ACTIVITIES = "no-activities"  # a partner sees something, or is none
    LONG_ACTIVITIES = "long-activities"  # too many, or one that is too long
    MAY_NOT = "may-not"
    HERE_ALREADY = "here-already"
    NOT_HERE = "not-here"
    CHANGED_MEANWHILE = "changed-meanwhile"
    LAST_MANAGER = "last-manager"  # nobody could let others in any more


@dataclass(frozen=True, slots=True)
class Refused:
    """What is wrong, in which field: `email`, `name`, `roles`, `activities`, or "" for the whole."""

    field: str
    fault: Fault


class Acting(Protocol):
    """Who changes something: somebody who is signed in, or the `Operator`."""

    @property
    def id(self) -> str:
        """Return what the record of a place keeps."""

    def may(self, right: Right, place: str) -> bool:
        """Return whether this is allowed."""


@dataclass(frozen=True, slots=True)
class Operator:
    """Whoever has the command line of the server, and may do everything with it. `id` is the command."""

    id: str

    def may(self, right: Right, place: str) -> bool:  # noqa: ARG002 - the same for all
        """Return True."""
        return True


@dataclass(frozen=True, slots=True)
class Invitee:
    """Who is invited."""

    email: str
    name: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody is to be in a place, as it was asked for. `activities` are those that a partner sees."""

    roles: frozenset[str]
    activities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """What somebody is in a place."""

    roles: frozenset[Role]
    activities: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        """Return what a form brings along, so that a change is made on what was looked at.

        >>> Part(frozenset({Role.READER, Role.PARTNER}), ("Samen eten",)).state
        'partner reader|Samen eten'
        """
        return "|".join([" ".join(sorted(self.roles)), *self.activities])

    @property
    def described(self) -> dict[str, object]:
        """Return what the record keeps."""
        return {"roles": sorted(self.roles), **({"activities": list(self.activities)} if self.activities else {})}


def tidy_email(written: str) -> str:
    """Return an e-mail address as it is kept; what is none stays what it is.

    >>> tidy_email("  J.Bakker@Utrecht.nl ")
    'j.bakker@utrecht.nl'
    """
    return written.strip().lower()


def part_of(wanted: Wanted) -> Part:
    """Return what is asked for, after `faults_of_part` found nothing: activities only for a partner, each once, in order."""
    roles = frozenset(map(Role, wanted.roles))
    return Part(roles, _tidy(wanted.activities) if Role.PARTNER in roles else ())


def faults_of_part(place: str, wanted: Wanted) -> Iterator[Refused]:
    """Yield what is wrong with what somebody is to be in a place."""
    if not wanted.roles:
        yield Refused("roles", Fault.NO_ROLE)
    if wanted.roles - roles_for(place):
        yield Refused("roles", Fault.OTHER_ROLE)
    activities = _tidy(wanted.activities)
    if Role.PARTNER in wanted.roles and not activities:
        yield Refused("activities", Fault.NO_ACTIVITIES)
    if len(activities) > MOST_ACTIVITIES or any(len(name) > LONGEST_ACTIVITY for name in activities):
        yield Refused("activities", Fault.LONG_ACTIVITIES)


def faults_of_invitee(invitee: Invitee) -> Iterator[Refused]:
    """Yield what is wrong with an e-mail address and a name."""
    email = tidy_email(invitee.email)
    if len(email) > _LONGEST_EMAIL or not email.isprintable() or not _EMAIL.fullmatch(email):
        yield Refused("email", Fault.NO_EMAIL)
    if not tidy_name(invitee.name):
        yield Refused("name", Fault.NO_NAME)
    if len(tidy_name(invitee.name)) > LONGEST_NAME:
        yield Refused("name", Fault.LONG_NAME)


def tidy_name(written: str) -> str:
    """Return a name on one line, without signs that cannot be seen.

    >>> tidy_name(" Ank   de Wit ")
    'Ank de Wit'
    """
    return " ".join("".join(sign if sign.isprintable() else " " for sign in written).split())


def _tidy(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({tidy_name(name) for name in names} - {""}))
