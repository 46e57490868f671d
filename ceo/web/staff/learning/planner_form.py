"""The forms of a council term and of a step in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from ceo.storage.dialogues import PlannedStep, Term
from ceo.web.languages import N_
from ceo.web.staff.learning.typed import LONGEST_LINE, NO_DAY, NO_TITLE, Form, day_of, line
from ceo.web.staff.rounds.typed import read_number
from ceo.workflows.learning.planner import PROPOSED_REMINDER, StepKind, StepWanted, TermWanted

MOST_REMINDER: Final = 180
_LONGEST_YEARS: Final = 6
TERM_FIELDS: Final = ("titel", "begin", "einde")
STEP_FIELDS: Final = ("soort", "titel", "dag", "vooraf")
EMPTY_TERM: Final = dict.fromkeys(TERM_FIELDS, "")
EMPTY_STEP: Final = {**dict.fromkeys(STEP_FIELDS, ""), "vooraf": str(PROPOSED_REMINDER)}
_AFTER: Final = N_("De laatste dag ligt na de eerste, en binnen 6 jaar daarna.")
_SAME_DAYS: Final = N_("Er is al een raadsperiode met deze eerste en laatste dag. Wijzig die, of kies andere dagen.")
_NO_KIND: Final = N_("Kies wat voor stap dit is.")
_NO_REMINDER: Final = N_("Vul een getal in van 0 tot en met 180 dagen.")
_OUTSIDE: Final = N_("Kies een dag binnen de raadsperiode.")


def typed_term(row: Term) -> dict[str, str]:
    """Return a term as it is typed."""
    return {"titel": row.title, "begin": row.begins_on.isoformat(), "einde": row.ends_on.isoformat()}


def typed_step(row: PlannedStep) -> dict[str, str]:
    """Return a step as it is typed."""
    return {"soort": row.kind, "titel": row.title, "dag": row.day.isoformat(), "vooraf": str(row.remind_days)}


def read_fields(form: Form, names: tuple[str, ...]) -> dict[str, str]:
    """Return what a posted form holds."""
    return {name: line(form, name) for name in names}


def read_term(typed: Mapping[str, str], others: Iterable[Term]) -> tuple[TermWanted | None, dict[str, str]]:
    """Return what is to be kept, or None with everything that is wrong by field. `others`: the other terms of the municipality."""
    faults: dict[str, str] = {}
    if not 0 < len(typed["titel"]) <= LONGEST_LINE:
        faults["titel"] = NO_TITLE
    begins_on, ends_on = day_of(typed["begin"]), day_of(typed["einde"])
    if begins_on is None:
        faults["begin"] = NO_DAY
    if ends_on is None:
        faults["einde"] = NO_DAY
    if begins_on is None or ends_on is None:
        return None, faults
    if not begins_on < ends_on or ends_on.year - begins_on.year > _LONGEST_YEARS:
        faults["einde"] = _AFTER
    if any((one.begins_on, one.ends_on) == (begins_on, ends_on) for one in others):
        faults["begin"] = _SAME_DAYS
    return (None, faults) if faults else (TermWanted(typed["titel"], begins_on, ends_on), {})


def read_step(typed: Mapping[str, str], term: Term) -> tuple[StepWanted | None, dict[str, str]]:
    """Return what is to be kept, or None with everything that is wrong by field."""
    faults: dict[str, str] = {}
    if typed["soort"] not in set(StepKind):
        faults["soort"] = _NO_KIND
    if not 0 < len(typed["titel"]) <= LONGEST_LINE:
        faults["titel"] = NO_TITLE
    day, before = day_of(typed["dag"]), read_number(typed["vooraf"], 0, MOST_REMINDER)
    if day is None:
        faults["dag"] = NO_DAY
    elif not term.begins_on <= day <= term.ends_on:
        faults["dag"] = _OUTSIDE
    if before is None:
        faults["vooraf"] = _NO_REMINDER
    if faults or day is None or before is None:
        return None, faults
    return StepWanted(StepKind(typed["soort"]), typed["titel"], day, before), {}
