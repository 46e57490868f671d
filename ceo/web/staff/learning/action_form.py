"""The form of an action, and that of its end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from ceo.storage.dialogues import Action
from ceo.web.languages import N_
from ceo.web.staff.learning.figure_choice import FigureChoice, key_of
from ceo.web.staff.learning.typed import (
    LONGEST_LINE,
    LONGEST_TEXT,
    NO_DAY,
    NO_TITLE,
    TOO_LONG,
    Form,
    day_of,
    line,
    lines,
)
from ceo.workflows.learning.actions import ActionState, Planned, baseline_of

LONGEST_OWNER: Final = 120
FIELDS: Final = ("titel", "wie", "dag", "cijfer", "doel", "gesprek")
_NO_OWNER: Final = N_("Vul in wie dit doet, in hoogstens 120 tekens.")
_NO_FIGURE: Final = N_("Van dit cijfer is nu niets te zien. Kies een ander cijfer, of geen.")
_NO_GOAL: Final = N_("Dit doel is er niet. Kies een ander doel, of geen.")
_NO_STATE: Final = N_("Kies of de actie klaar is, of gestopt.")
_NO_REASON: Final = N_("Schrijf op waarom u stopt.")


def typed_of(row: Action) -> dict[str, str]:
    """Return an action as it is typed."""
    baseline = baseline_of(row)
    return {
        "titel": row.title,
        "tekst": row.text,
        "wie": row.owner,
        "dag": row.due_on.isoformat(),
        "cijfer": key_of(baseline) if baseline is not None else "",
        "doel": row.goal_id or "",
        "gesprek": row.dialogue_id or "",
    }


def read_typed(form: Form) -> dict[str, str]:
    """Return what a posted form holds."""
    return {**{name: line(form, name) for name in FIELDS}, "tekst": lines(form, "tekst")}


def read_action(
    typed: Mapping[str, str], choice: FigureChoice, goals: Mapping[str, str]
) -> tuple[Planned | None, dict[str, str]]:
    """Return what is to be kept, or None with everything that is wrong by field. `goals`: the titles by id of those to choose from."""
    faults: dict[str, str] = {}
    if not 0 < len(typed["titel"]) <= LONGEST_LINE:
        faults["titel"] = NO_TITLE
    if len(typed["tekst"]) > LONGEST_TEXT:
        faults["tekst"] = TOO_LONG
    if not 0 < len(typed["wie"]) <= LONGEST_OWNER:
        faults["wie"] = _NO_OWNER
    due_on = day_of(typed["dag"])
    if due_on is None:
        faults["dag"] = NO_DAY
    baseline = choice.result(typed["cijfer"])
    if typed["cijfer"] and baseline is None:
        faults["cijfer"] = _NO_FIGURE
    if typed["doel"] and typed["doel"] not in goals:
        faults["doel"] = _NO_GOAL
    if faults or due_on is None:
        return None, faults
    return Planned(
        title=typed["titel"],
        text=typed["tekst"],
        owner=typed["wie"],
        due_on=due_on,
        baseline=baseline,
        dialogue_id=typed["gesprek"] or None,
        goal_id=typed["doel"] or None,
    ), {}


def read_end(form: Form) -> tuple[tuple[ActionState, str] | None, dict[str, str]]:
    """Return how an action ends and why, or None with everything that is wrong by field. Who stops says why."""
    state, because = line(form, "hoe"), lines(form, "waarom")
    faults: dict[str, str] = {}
    if state not in {ActionState.DONE, ActionState.STOPPED}:
        faults["hoe"] = _NO_STATE
    if state == ActionState.STOPPED and not because:
        faults["waarom"] = _NO_REASON
    if len(because) > LONGEST_TEXT:
        faults["waarom"] = TOO_LONG
    return (None, faults) if faults else ((ActionState(state), because), {})


def late(row: Action, today: date) -> bool:
    """Return whether an action should have been done before today."""
    return row.state == ActionState.OPEN and row.due_on < today
