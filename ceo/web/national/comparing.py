"""What a draft changes, in words: each module beside the version before it, with a letter for every question."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from litestar import Response, get
from litestar.di import NamedDependency

from ceo.web.languages import LANGUAGE_NAMES
from ceo.web.national.desk import Desk, desk_page
from ceo.web.national.words import CHANGES
from ceo.web.staff.access import needs
from ceo.workflows.library.comparing import ModuleChange, compare_draft
from ceo.workflows.rights import Right
from questionnaires.minutes import show_minutes

# Letters of items that only one of the versions asks.
ALONE: Final = {"added": "nieuw", "removed": "vervallen"}


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """A question or score: its letter, and the letter without the statements that wait for approval, "" when that is the same."""

    item: str
    title: str
    versions: str
    letter: str
    bare: str


@get("/vergelijken", **needs(Right.SEE_LIBRARY))
async def show_comparison(desk: NamedDependency[Desk]) -> Response[str]:
    """Show what changes for residents and for series; nothing as long as there are errors."""
    reviewed = desk.reviewed
    changes: tuple[ModuleChange, ...] = ()
    if reviewed.drafted.sound:
        changes = await asyncio.to_thread(compare_draft, reviewed.drafted, reviewed.statements)
    return desk_page(
        desk,
        "comparison.html",
        sound=reviewed.drafted.sound,
        changes=[(change, tuple(verdict_lines(change))) for change in changes],
        change_words=CHANGES,
        show_minutes=show_minutes,
        language_names=LANGUAGE_NAMES,
        alone=ALONE,
    )


def verdict_lines(change: ModuleChange) -> Iterator[VerdictLine]:
    """Yield every question and score of a change, in the order of asking."""
    for one in change.comparison.verdicts if change.comparison is not None else ():
        numbers = [str(version) for version in (one.old_version, one.new_version) if version is not None]
        bare = change.bare.get(one.item)
        yield VerdictLine(
            one.item, one.title, " → ".join(dict.fromkeys(numbers)), one.verdict.value, bare.value if bare else ""
        )


HANDLERS: Final = (show_comparison,)
