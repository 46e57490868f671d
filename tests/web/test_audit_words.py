"""The record speaks words: every value, state and kind of object that the cycle records has one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import ceo
from ceo.storage.dialogues import Action, Dialogue, PlannedStep, Term
from ceo.storage.goals import Goal
from ceo.web.staff.audit_actions import ACTIONS
from ceo.web.staff.audit_words import CODES, OBJECTS, VALUES
from ceo.workflows.learning.actions import ActionState
from ceo.workflows.learning.dialogues import DialogueState
from ceo.workflows.learning.goals import GoalKind, GoalState
from ceo.workflows.learning.planner import StepKind
from ceo.workflows.learning.rows import KINDS
from ceo.workflows.stories.withdrawing import TakenOut

WORKFLOWS = Path(ceo.__file__).parent / "workflows"
CYCLE = ("activities", "following", "learning", "mirroring", "notices", "stories", "together")
MODULES = [
    *(path for package in CYCLE for path in sorted((WORKFLOWS / package).glob("*.py"))),
    *(WORKFLOWS / "ending" / name for name in ("sealing.py", "months.py")),
]
RECORDING = {"record", "tell", "_record", "_recorded"}
ACTION = re.compile(r"[a-z-]+\.[a-z-]+")
OBJECT_KIND = re.compile(r'object_kind="([^"]+)"')
# Named in the action itself.
TOGETHER = ("theme", "poll", "cluster", "practice", "open-question", "organisation")
# Never changed by hand.
KEPT_BY_CEO = {"id", "municipality", "made_by", "made_at", "row_version"}


def recorded_in(path: Path) -> Iterator[ast.expr]:
    """Yield what a module hands to a function that records: the expressions, and those of the names in them."""
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        nodes = list(ast.walk(function))
        calls = [node for node in nodes if isinstance(node, ast.Call) and called(node) in RECORDING]
        handed = [part for call in calls for part in (*call.args, *(keyword.value for keyword in call.keywords))]
        if function.name == "_recorded":
            handed += [node.value for node in nodes if isinstance(node, ast.Return) and node.value is not None]
        names = {node.id for part in handed for node in ast.walk(part) if isinstance(node, ast.Name)}
        yield from handed
        for node in nodes:
            if isinstance(node, ast.Assign) and any(getattr(target, "id", "") in names for target in node.targets):
                yield node.value


def called(call: ast.Call) -> str:
    return getattr(call.func, "id", "")


def keys_of(part: ast.expr) -> set[str]:
    found = (node for node in ast.walk(part) if isinstance(node, ast.Dict))
    return {
        key.value for one in found for key in one.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }


def test_every_value_that_the_cycle_records_has_a_word() -> None:
    recorded = {key for path in MODULES for part in recorded_in(path) for key in keys_of(part)}
    assert {"watched", "stories", "themes", "text", "scope", "left_out", "changed", "marks"} <= recorded, "it sees them"
    recorded |= {field.name for field in fields(TakenOut)}
    recorded |= {name for table in KINDS for name in table.model_fields} - KEPT_BY_CEO
    assert recorded - VALUES.keys() == set()


def test_every_state_and_kind_that_the_cycle_records_has_a_word() -> None:
    codes = {
        ("dialogue", "state"): DialogueState,
        ("action", "state"): ActionState,
        ("goal", "state"): GoalState,
        ("goal", "kind"): GoalKind,
        ("planned-step", "kind"): StepKind,
    }
    for where, every in codes.items():
        assert {code.value for code in every} <= CODES[where].keys(), where
    coded = {
        (KINDS[table], name) for table in (Dialogue, Action, Goal, Term, PlannedStep) for name in table.model_fields
    }
    assert {(kind, name) for kind, name in coded if name in {"state", "kind"}} == codes.keys()


def test_every_action_and_object_that_the_cycle_records_has_a_word() -> None:
    parts = [node for path in MODULES for part in recorded_in(path) for node in ast.walk(part)]
    texts = {node.value for node in parts if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    actions = {text for text in texts if ACTION.fullmatch(text)}
    assert {"series.annotated", "story.quoted", "poll.voted", "round.sealed"} <= actions, "it sees them"
    assert actions - ACTIONS.keys() == set()
    kinds = {kind for path in MODULES for kind in OBJECT_KIND.findall(path.read_text(encoding="utf-8"))}
    together = {action.partition(".")[0] for action in actions if action.startswith(TOGETHER)}
    assert {"annotation", "series", "round", *TOGETHER} <= kinds | together, "it sees them"
    assert (kinds | together | set(KINDS.values())) - OBJECTS.keys() == set()
