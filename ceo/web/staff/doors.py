"""The parts of the workplace: what the navigation shows, in groups along the walk of a measurement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ceo.storage.people import NATIONAL
from ceo.web.languages import N_
from ceo.workflows.rights import Right, Staff


@dataclass(frozen=True, slots=True)
class Door:
    """A part of the workplace, as the navigation shows it."""

    label: str
    address: str
    right: Right


@dataclass(frozen=True, slots=True)
class Doors:
    """What the navigation shows together, with what they have in common; "" for what stands by itself."""

    label: str
    doors: tuple[Door, ...]


# In the order of the walk: from asking, by what the figures are for, to the house itself.
MUNICIPAL_DOORS: Final = (
    Doors("", (Door(N_("Overzicht"), "", Right.SEE_HOME),)),
    Doors(
        N_("Meten"),
        (
            Door(N_("Vragenlijsten"), "/vragenlijsten", Right.SEE_QUESTIONNAIRES),
            Door(N_("Vragenbank"), "/vragenbank", Right.SEE_BANK),
            Door(N_("Metingen"), "/metingen", Right.SEE_ROUNDS),
            Door(N_("Veldwerk"), "/veldwerk", Right.SEE_FIELDWORK),
            Door(N_("Resultaten"), "/resultaten", Right.SEE_RESULTS),
        ),
    ),
    Doors(
        N_("Volgen, spiegelen, leren"),
        (
            Door(N_("Volgen"), "/volgen", Right.SEE_CYCLE),
            Door(N_("Spiegelen"), "/spiegelen", Right.SEE_CYCLE),
            Door(N_("Leren"), "/leren", Right.SEE_CYCLE),
            Door(N_("Activiteiten"), "/activiteiten", Right.SEE_RESULTS),
            Door(N_("Verhalen"), "/verhalen", Right.READ_STORIES),
        ),
    ),
    Doors(
        N_("Met anderen"),
        (
            Door(N_("Samen"), "/samen", Right.SEE_TOGETHER),
            Door(N_("Uitgaven"), "/uitgaven", Right.SEE_RELEASES),
        ),
    ),
    Doors(
        N_("Beheer"),
        (
            Door(N_("Huisstijl"), "/huisstijl", Right.EDIT_HOUSE_STYLE),
            Door(N_("Mensen"), "/mensen", Right.MANAGE_PEOPLE),
            Door(N_("Sleutels"), "/sleutels", Right.MANAGE_KEYS),
            Door(N_("Logboek"), "/logboek", Right.SEE_AUDIT),
        ),
    ),
)
NATIONAL_DOORS: Final = (
    Doors("", (Door(N_("Overzicht"), "", Right.SEE_HOME),)),
    Doors(
        N_("Meten"),
        (
            Door(N_("Bibliotheek"), "/bibliotheek", Right.SEE_LIBRARY),
            Door(N_("Vragenbank"), "/vragenbank", Right.SEE_BANK),
            Door(N_("Beoordelen"), "/beoordelen", Right.REVIEW_VERDICTS),
        ),
    ),
    Doors(
        N_("Uitgeven"),
        (
            Door(N_("Uitgaven"), "/uitgaven", Right.SEE_RELEASES),
            Door(N_("Overeenkomsten"), "/overeenkomsten", Right.HAND_OUT_DATA),
            Door(N_("Leveringen"), "/leveringen", Right.HAND_OUT_DATA),
        ),
    ),
    Doors(
        N_("Volgen, spiegelen, leren"),
        (
            Door(N_("Kennisagenda"), "/kennisagenda", Right.SEE_TOGETHER),
            Door(N_("Staalkaart"), "/staalkaart", Right.SEE_TOGETHER),
            Door(N_("Antennes"), "/antennes", Right.EDIT_AGENDA),
        ),
    ),
    Doors(
        N_("Beheer"),
        (
            Door(N_("Mensen"), "/mensen", Right.MANAGE_PEOPLE),
            Door(N_("Sleutels"), "/sleutels", Right.MANAGE_KEYS),
            Door(N_("Logboek"), "/logboek", Right.SEE_AUDIT),
        ),
    ),
)


def doors_of(staff: Staff, place: str) -> tuple[tuple[str, str], ...]:
    """Return the label and the address of what somebody can open in a place."""
    return tuple(door for _, together in grouped_doors(staff, place) for door in together)


def grouped_doors(staff: Staff, place: str) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Return what somebody can open in a place, as it stands together in the navigation, without what would be empty."""
    start = start_of(place)
    groups = (
        (group.label, tuple((door.label, start + door.address) for door in group.doors if staff.may(door.right, place)))
        for group in (NATIONAL_DOORS if place == NATIONAL else MUNICIPAL_DOORS)
    )
    return tuple((label, doors) for label, doors in groups if doors)


def present_door(doors: tuple[tuple[str, str], ...], path: str, start: str) -> str:
    """Return the address of the door behind which a page lies; "" when it lies behind none."""
    behind = (
        address for _, address in doors if path == address or (address != start and path.startswith(f"{address}/"))
    )
    return next(behind, "")


def start_of(place: str) -> str:
    """Return where the pages of a place begin."""
    return "/werk/landelijk" if place == NATIONAL else f"/werk/{place}"
