"""The products of a message: what was assigned (301), what began (305) and what ended (307)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from ceo.workflows.frames.listed import Act
from ceo.workflows.frames.messages.fields import Fields
from ceo.workflows.frames.messages.joining import Assigned, Reported
from ceo.workflows.frames.messages.people import Person

_NUMBER: Final = re.compile(r"\d{1,9}", re.ASCII)
_CATEGORY: Final = re.compile(r"\d{2}", re.ASCII)
_CODE: Final = re.compile(r"[0-9A-Z]{0,5}", re.ASCII)
_TIME: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d):([0-5]\d)", re.ASCII)
# Why an assignment changed (JZ002, WMO002) and why support ended (JZ588, WMO588).
_CHANGED_BY_DEATH, _REMOVED = "02", "13"
_ENDED_BY_DEATH, _ENDED_FOR_A_WHILE = "02", "20"
# Whether a report is new, changed, withdrawn, or as it was (COD467).
_STATUSES: Final = {"1": False, "2": False, "3": True, "9": False}


@dataclass(frozen=True, slots=True)
class Ending:
    """That support ended; `by_death` when the client died. `report` is None when it stopped for a while only, or has no number."""

    report: Reported | None
    by_death: bool
    withdrawn: bool


def read_assigned(client: Fields, person: Person, act: Act, *, provider: str, line: int | None) -> Iterator[Assigned]:
    """Yield what was assigned to a client. `line`: what to show as the place, when it is not the line of the message."""
    listed = client.part("ToegewezenProducten")
    if listed is None:
        client.tell("message-missing", "ToegewezenProducten")
        return
    for product in listed.parts("ToegewezenProduct"):
        number = _read_number(product, required=True)
        category, code = _read_product(product)
        decided_on = product.day("Toewijzingsdatum", required=True)
        starts_on, ends_on = product.day("Ingangsdatum", required=True), product.day("Einddatum")
        reason = product.text("RedenWijziging")
        if starts_on and ends_on and ends_on < starts_on:
            product.tell("message-date-order", "Einddatum")
        elif number and decided_on and starts_on:
            yield Assigned(
                line=line if line is not None else product.element.line,
                act=act,
                person=person,
                number=number,
                category=category,
                code=code,
                provider=provider,
                decided_at=decided_on.toordinal() * 86_400 + _seconds(product.text("Toewijzingstijd")),
                starts_on=starts_on,
                ends_on=ends_on,
                removed=reason == _REMOVED,
                deceased=reason == _CHANGED_BY_DEATH,
            )


def read_begun(client: Fields, bsn: str, act: Act) -> Iterator[Reported | None]:
    """Yield each support that began; None for one without the number of an assignment."""
    listed = client.part("StartProducten")
    if listed is None:
        client.tell("message-missing", "StartProducten")
        return
    for product in listed.parts("StartProduct"):
        number, begun_on = _read_number(product), product.day("Begindatum", required=True)
        withdrawn = bool(product.chosen("StatusAanlevering", meanings=_STATUSES))
        if begun_on is not None:
            yield Reported(act, bsn, number, begun_on, withdrawn=withdrawn) if number else None


def read_ended(client: Fields, bsn: str, act: Act) -> Iterator[Ending]:
    """Yield each support that ended."""
    listed = client.part("StopProducten")
    if listed is None:
        client.tell("message-missing", "StopProducten")
        return
    for product in listed.parts("StopProduct"):
        number, reason = _read_number(product), product.text("RedenBeeindiging")
        begun_on, ended_on = product.day("Begindatum"), product.day("Einddatum", required=True)
        withdrawn = bool(product.chosen("StatusAanlevering", meanings=_STATUSES))
        if begun_on and ended_on and ended_on < begun_on:
            product.tell("message-date-order", "Einddatum")
        elif ended_on is not None:
            report = _ending(act, bsn, number, ended_on, withdrawn=withdrawn)
            yield Ending(None if reason == _ENDED_FOR_A_WHILE else report, reason == _ENDED_BY_DEATH, withdrawn)


def _ending(act: Act, bsn: str, number: str, ended_on: date, *, withdrawn: bool) -> Reported | None:
    return Reported(act, bsn, number, ended_on, ended=True, withdrawn=withdrawn) if number else None


def _read_number(product: Fields, *, required: bool = False) -> str:
    """Return the number of the assignment, without zeros before it."""
    number = product.text("ToewijzingNummer", required=required)
    if number and not _NUMBER.fullmatch(number):
        product.tell("message-value", "ToewijzingNummer")
        return ""
    return number.lstrip("0") or number


def _read_product(product: Fields) -> tuple[str, str]:
    """Return category and code as they stand in the lists; both "" when the assignment leaves the product open."""
    category, code = product.text("Product", "Categorie"), product.text("Product", "Code").upper()
    if category and not _CATEGORY.fullmatch(category):
        product.tell("message-value", "Product", "Categorie")
    if not _CODE.fullmatch(code):
        product.tell("message-value", "Product", "Code")
    return category, code


def _seconds(time: str) -> int:
    """Return the second of the day; the first one when no time is given."""
    found = _TIME.match(time)
    return 0 if found is None else int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3])
