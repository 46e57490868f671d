"""Who may do what: one table, which guards and pages both read.

A right counts in the places of the membership that gives it, and nowhere else: a municipality by its CBS code, or `NATIONAL`. Somebody
without a membership may do nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ceo.storage.people import NATIONAL


class Role(StrEnum):
    """What somebody is in a place."""

    OWNER = "owner"  # decides who works there, and signs for what leaves the house
    EDITOR = "editor"  # configures questionnaires
    FIELDWORKER = "fieldworker"  # runs rounds
    ANALYST = "analyst"  # works with the results
    READER = "reader"
    PARTNER = "partner"  # an organisation that sees its own activities
    REGIONAL = "regional"  # a regional service that works for the municipality
    NATIONAL_EDITOR = "national-editor"
    NATIONAL_RESEARCHER = "national-researcher"


class Right(StrEnum):
    """What can be allowed. Seeing is a right of its own everywhere."""

    SEE_HOME = "see-home"
    SEE_QUESTIONNAIRES = "see-questionnaires"
    EDIT_QUESTIONNAIRES = "edit-questionnaires"
    PUBLISH_QUESTIONNAIRES = "publish-questionnaires"
    SEE_ROUNDS = "see-rounds"
    RUN_ROUNDS = "run-rounds"
    SEE_FIELDWORK = "see-fieldwork"
    RUN_FIELDWORK = "run-fieldwork"
    SEE_RESULTS = "see-results"
    SEE_CYCLE = "see-cycle"
    EDIT_CYCLE = "edit-cycle"
    SHARE_FIGURES = "share-figures"
    SEE_TOGETHER = "see-together"
    TAKE_PART = "take-part"
    SEE_OWN_ACTIVITIES = "see-own-activities"
    READ_STORIES = "read-stories"
    CALL_BACK = "call-back"
    EDIT_HOUSE_STYLE = "edit-house-style"
    MANAGE_PEOPLE = "manage-people"
    SEE_AUDIT = "see-audit"
    SEE_BANK = "see-bank"
    SEE_LIBRARY = "see-library"
    EDIT_LIBRARY = "edit-library"
    REVIEW_VERDICTS = "review-verdicts"
    SEE_NATIONAL_RESULTS = "see-national-results"
    SEE_RELEASES = "see-releases"
    SIGN_RELEASES = "sign-releases"
    PROPOSE_RELEASES = "propose-releases"
    MANAGE_KEYS = "manage-keys"
    HAND_OUT_DATA = "hand-out-data"
    EDIT_AGENDA = "edit-agenda"


_READING: Final = frozenset(
    {
        Right.SEE_HOME,
        Right.SEE_ROUNDS,
        Right.SEE_RESULTS,
        Right.SEE_QUESTIONNAIRES,
        Right.SEE_RELEASES,
        Right.SEE_CYCLE,
        Right.SEE_TOGETHER,
    }
)
# What follows from results: who talks about them with others, decides and shares what was learned.
_LEARNING: Final = frozenset({Right.EDIT_CYCLE, Right.TAKE_PART})
# What leaves the house: under which an owner puts a name.
_RELEASING: Final = frozenset({Right.SIGN_RELEASES, Right.PROPOSE_RELEASES})
_EDITING: Final = _READING | {Right.SEE_BANK, Right.EDIT_QUESTIONNAIRES, Right.PUBLISH_QUESTIONNAIRES}
_FIELDWORK: Final = _READING | {Right.RUN_ROUNDS, Right.SEE_FIELDWORK, Right.RUN_FIELDWORK, Right.CALL_BACK}

RIGHTS: Final[Mapping[Role, frozenset[Right]]] = {
    Role.OWNER: _EDITING
    | _FIELDWORK
    | _RELEASING
    | _LEARNING
    | {
        Right.SHARE_FIGURES,
        Right.READ_STORIES,
        Right.EDIT_HOUSE_STYLE,
        Right.MANAGE_PEOPLE,
        Right.MANAGE_KEYS,
        Right.SEE_AUDIT,
    },
    Role.EDITOR: _EDITING | _LEARNING | {Right.EDIT_HOUSE_STYLE},
    Role.FIELDWORKER: _FIELDWORK,
    Role.ANALYST: _READING | _LEARNING | {Right.SEE_FIELDWORK, Right.SEE_BANK, Right.READ_STORIES},
    Role.READER: _READING,
    Role.PARTNER: frozenset({Right.SEE_HOME, Right.SEE_OWN_ACTIVITIES}),
    # Works for the municipality, but decides neither who comes in nor reads what people told.
    Role.REGIONAL: _EDITING | (_FIELDWORK - {Right.CALL_BACK}) | {Right.EDIT_HOUSE_STYLE},
    Role.NATIONAL_EDITOR: frozenset(
        {
            Right.SEE_HOME,
            Right.SEE_BANK,
            Right.SEE_LIBRARY,
            Right.EDIT_LIBRARY,
            Right.REVIEW_VERDICTS,
            Right.MANAGE_PEOPLE,
            Right.MANAGE_KEYS,
            Right.SEE_AUDIT,
            Right.SEE_RELEASES,
            Right.PROPOSE_RELEASES,
            Right.HAND_OUT_DATA,
            Right.SEE_TOGETHER,
            Right.EDIT_AGENDA,
        }
    ),
    Role.NATIONAL_RESEARCHER: frozenset(
        {
            Right.SEE_TOGETHER,
            Right.SEE_HOME,
            Right.SEE_BANK,
            Right.SEE_LIBRARY,
            Right.SEE_NATIONAL_RESULTS,
            Right.SEE_RELEASES,
        }
    ),
}

NATIONAL_ROLES: Final = frozenset({Role.NATIONAL_EDITOR, Role.NATIONAL_RESEARCHER})
MUNICIPAL_ROLES: Final = frozenset(Role) - NATIONAL_ROLES
_ONLY_READING: Final = frozenset({Role.READER, Role.PARTNER})


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody who is signed in: who, and what they are where.

    `signs_in_elsewhere`: at an identity provider, which asks for a second factor itself.
    """

    id: str
    email: str
    name: str
    language: str
    roles: Mapping[str, frozenset[Role]]  # by place
    activities: Mapping[str, frozenset[str]]  # by place, for a partner
    has_second_factor: bool = False
    signs_in_elsewhere: bool = False

    def may(self, right: Right, place: str) -> bool:
        """Return whether this person has a right in a place.

        >>> somebody = Staff("1", "a@b.nl", "A", "nl", {"GM0344": frozenset({Role.READER})}, {})
        >>> somebody.may(Right.SEE_RESULTS, "GM0344"), somebody.may(Right.SEE_RESULTS, "GM0363")
        (True, False)
        """
        return any(right in RIGHTS[role] for role in self.roles.get(place, ()))

    @property
    def must_set_up_second_factor(self) -> bool:
        """Return whether this person first has to set up a second factor: everybody who can do more than read."""
        can_do_more = any(roles - _ONLY_READING for roles in self.roles.values())
        return can_do_more and not self.has_second_factor and not self.signs_in_elsewhere

    @property
    def municipalities(self) -> tuple[str, ...]:
        """Return the municipalities in which this person is something, in order of code."""
        return tuple(sorted(place for place in self.roles if place != NATIONAL))

    @property
    def is_national(self) -> bool:
        """Return whether this person is something for the whole country."""
        return NATIONAL in self.roles


def roles_for(place: str) -> frozenset[Role]:
    """Return the roles that can be given in a place."""
    return NATIONAL_ROLES if place == NATIONAL else MUNICIPAL_ROLES
