"""The fields that say which reminder it is and after how many days: in the address when people are counted, in the form when it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ceo.web.languages import N_
from ceo.web.staff.rounds.typed import read_number
from ceo.workflows.inviting.reminding import FEWEST_DAYS, MOST_DAYS, MOST_REMINDERS, PlannedReminders, Reminding

FIELDS: Final[tuple[str, ...]] = ("hoeveelste", "dagen")


def begin_with(planned: PlannedReminders) -> dict[str, str]:
    """Return what the fields begin with: the reminder whose turn it is in the plan of the round."""
    return {"hoeveelste": str(planned.next.number), "dagen": str(planned.next.days)}


def read_reminding(planned: PlannedReminders, typed: Mapping[str, str]) -> tuple[Reminding, dict[str, str]]:
    """Return which reminder is asked for, the one of the plan when that is none; and what is wrong by field."""
    given, faults = {**begin_with(planned), **typed}, dict[str, str]()
    number = read_number(given["hoeveelste"], 1, MOST_REMINDERS)
    days = read_number(given["dagen"], FEWEST_DAYS, MOST_DAYS)
    if number is None:
        faults["hoeveelste"] = N_("Kies de hoeveelste herinnering dit is.")
    if days is None:
        faults["dagen"] = N_("Vul in na hoeveel dagen u herinnert: 5 tot en met 60.")
    return planned.next if number is None or days is None else Reminding(number, days), faults
