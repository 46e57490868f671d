"""What a changed answer does to the questions that follow: new ones come, and others are not asked any more.

The next page says so. Nothing is stored for that: the numbers travel in its address, and are told when the draft can bear them out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from questionnaires.questionnaire import Page
from questionnaires.routing import Path

_ADDED: Final = "nieuw"
_DROPPED: Final = "vervallen"
# No questionnaire has as many questions.
_DIGITS: Final = 3


@dataclass(frozen=True, slots=True)
class Change:
    """How many questions came that have no answer yet, and how many with an answer are not asked any more."""

    added: int = 0
    dropped: int = 0

    @property
    def fields(self) -> tuple[tuple[str, int], ...]:
        """Return the fields of an address that say so."""
        return tuple((name, number) for name, number in ((_ADDED, self.added), (_DROPPED, self.dropped)) if number)


NO_CHANGE: Final = Change()


def find_change(before: Path, after: Path, page: Page, following: Page | None) -> Change:
    """Return what the answers to a page changed, to be told on the page that follows.

    Of a page that is answered for the first time nothing is said: questions come and go as the client walks on. New questions
    are told on the first of them.
    """
    if not all(item in before.environment for item in page.items):
        return NO_CHANGE
    new = [step.page for step in after.steps if not step.complete and not before.shows(step.page.id)]
    added = sum(item not in after.environment for other in new for item in other.items)
    dropped = sum(item not in after.environment for item in before.environment)
    return Change(added if new[:1] == [following] else 0, dropped)


def read_change(query: Mapping[str, str], path: Path) -> Change:
    """Return the change that an address tells, as far as the path of the draft can bear it out."""
    still_open = sum(item not in path.environment for step in path.steps for item in step.page.items)
    return Change(_number(query.get(_ADDED, ""), still_open), _number(query.get(_DROPPED, ""), len(path.off_path)))


def _number(text: str, largest: int) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else 0
    return number if number <= largest else 0
