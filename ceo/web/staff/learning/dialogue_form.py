"""The form of a dialogue: what was typed, everything that is wrong with it, and what somebody else kept meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from ceo.storage.dialogues import Dialogue
from ceo.web.languages import N_
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
from ceo.workflows.learning.dialogues import DialogueText, PointOfView, Question, TakingPart

_CODES: Final = frozenset(TakingPart)
_MOST_ROLES: Final = 20
_LONGEST_ROLE: Final = 80
_LATER: Final = N_("Deze dag moet nog komen. Vul de dag in waarop het gesprek was.")
_ROLES: Final = N_("Schrijf hoogstens 20 andere rollen op, elk op een eigen regel van hoogstens 80 tekens.")


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed: roles as codes, and all texts by the name of their field."""

    roles: tuple[str, ...]
    texts: Mapping[str, str]


def field_of(question: Question, view: PointOfView) -> str:
    """Return the name of the field in which a point of view answers a question."""
    return f"{question.value}-{view.value}"


SAID: Final = tuple(field_of(question, view) for question in Question for view in PointOfView)


def typed_of(row: Dialogue) -> Typed:
    """Return a record as it is typed."""
    texts = {
        "titel": row.title,
        "dag": row.held_on.isoformat() if row.held_on is not None else "",
        "andere-rollen": "\n".join(role for role in row.taking_part if role not in _CODES),
    }
    texts |= {
        field_of(question, view): row.said.get(question, {}).get(view, "")
        for question in Question
        for view in PointOfView
    }
    return Typed(tuple(role for role in row.taking_part if role in _CODES), texts)


def read_typed(form: Form) -> Typed:
    """Return what a posted form holds."""
    several = {name: lines(form, name) for name in ("andere-rollen", *SAID)}
    return Typed(
        tuple(code for code in TakingPart if code in form.get("rollen", ())),
        {"titel": line(form, "titel"), "dag": line(form, "dag"), **several},
    )


def read_dialogue(typed: Typed, today: date) -> tuple[DialogueText | None, dict[str, str]]:
    """Return what is to be kept, or None with everything that is wrong by field."""
    texts, faults = typed.texts, dict[str, str]()
    if not 0 < len(texts["titel"]) <= LONGEST_LINE:
        faults["titel"] = NO_TITLE
    held_on = day_of(texts["dag"])
    if texts["dag"] and held_on is None:
        faults["dag"] = NO_DAY
    elif held_on is not None and held_on > today:
        faults["dag"] = _LATER
    others = tuple(" ".join(one.split()) for one in texts["andere-rollen"].splitlines() if one.strip())
    if len(others) > _MOST_ROLES or any(len(one) > _LONGEST_ROLE for one in others):
        faults["andere-rollen"] = _ROLES
    faults |= {name: TOO_LONG for name in SAID if len(texts[name]) > LONGEST_TEXT}
    if faults:
        return None, faults
    said = {
        question.value: {view.value: text for view in PointOfView if (text := texts[field_of(question, view)])}
        for question in Question
    }
    return DialogueText(texts["titel"], held_on, (*typed.roles, *dict.fromkeys(others)), said), {}


def free_texts(typed: Typed) -> dict[str, str]:
    """Return the texts in which a name could be typed by mistake."""
    return {name: typed.texts[name] for name in ("titel", "andere-rollen", *SAID)}
