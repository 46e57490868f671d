"""From a dialogue to a practice: what others may learn from, begun with what the dialogue is about and what was agreed in it."""

from __future__ import annotations

from ceo.storage.database import Database
from ceo.workflows.learning.actions import ActionState, actions_on
from ceo.workflows.learning.dialogues import about_of, find_dialogue
from ceo.workflows.learning.results import Result
from ceo.workflows.together.practices import TypedPractice, key_of
from ceo.workflows.together.themes import list_themes


async def practice_of_dialogue(database: Database, municipality: str, dialogue_id: str) -> TypedPractice | None:
    """Return the practice that staff can begin with after a dialogue; None when the municipality has no such dialogue.

    It belongs to the result of the dialogue, stands under the theme to which that indicator belongs, and tells the actions that were not
    stopped. What people said stays in the record: they spoke among themselves.
    """
    row = await find_dialogue(database, municipality, dialogue_id)
    if row is None:
        return None
    result = about_of(row)
    found = await actions_on(database, municipality, dialogue_id=row.id)
    actions = [one for one in found if one.state != ActionState.STOPPED]
    return TypedPractice(
        theme=await _theme_of(database, result),
        title=actions[0].title if len(actions) == 1 else "",
        text="\n\n".join("\n".join(part for part in (one.title, one.text) if part) for one in actions),
        about=(key_of(result),),
    )


async def _theme_of(database: Database, result: Result) -> str:
    """Return the theme of the knowledge agenda to which an indicator belongs, the first by name; "" without one."""
    wanted = f"{result.core}:{result.indicator}"
    themes = await list_themes(database, ended=False)
    return next((one.id for one in themes if wanted in one.indicators), "")
