"""Words of a story that somebody types elsewhere: there they would stay when the teller takes the permission back.

Only the words as they stand can be found. Who retells a story in own words takes care of that by linking to it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy import String, cast, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.database import Database
from ceo.storage.story_reading import StoryReading
from ceo.storage.submissions import Submission
from ceo.storage.tenancy import tenant_reading
from ceo.workflows.stories.rooms import StoryState
from ceo.workflows.stories.told import MAY_LEARN
from questionnaires.answers import answers_from_json
from questionnaires.consents import consents_from_json

# So many words in a row that are also in a story that is linked to are taken over from it.
LINKED: Final = 5
# In any story of the municipality. Among thousands of stories five words in a row are alike by chance too often.
ANY: Final = 7
_EMPTY: Final = len("{}")


async def copied_story(database: Database, municipality: str, texts: Mapping[str, str]) -> dict[str, str]:
    """Return, by name of a text, seven words in a row that a story of the municipality has too; texts without these are not in it.

    Stories are those whose tellers let the municipality learn from them now: as they were told, and without personal data.
    """
    async with tenant_reading(database, municipality) as session:
        return await copied_in(session, texts)


async def copied_in(session: AsyncSession, texts: Mapping[str, str]) -> dict[str, str]:
    """Return what `copied_story` does, within a transaction."""
    stories = await _stories(session) if any(len(_words(text)) >= ANY for text in texts.values()) else []
    # Thousands of stories take a second: not in the way of who is filling in.
    found = await asyncio.to_thread(lambda: {name: copied_words(text, stories, ANY) for name, text in texts.items()})
    return {name: words for name, words in found.items() if words}


def copied_words(text: str, stories: Iterable[str], length: int) -> str:
    """Return so many words in a row of a text as the first of the stories has that holds any; "" when none does.

    >>> copied_words("Zij zei: de hulp op dinsdag is fijn.", ["De hulp op dinsdag is fijn, want"], 5)
    'de hulp op dinsdag is'
    """
    typed = _words(text)
    own = {run: at for at, run in reversed(list(enumerate(_runs(typed, length))))}
    if not own:
        return ""
    shared = (run for story in stories for run in _runs(_words(story), length) if run in own)
    first = next(shared, None)
    return "" if first is None else " ".join(typed[own[first] : own[first] + length])


def _words(text: str) -> list[str]:
    return "".join(sign if sign.isalnum() else " " for sign in text).split()


def _runs(words: Sequence[str], length: int) -> list[tuple[str, ...]]:
    plain = [word.casefold() for word in words]
    return [tuple(plain[at : at + length]) for at in range(len(plain) - length + 1)]


async def _stories(session: AsyncSession) -> list[str]:
    """Return what was told in stories that may be read now, and what of it was let be read."""
    with_stories = func.length(cast(col(Submission.consents), String)) > _EMPTY
    statement = select(Submission.id, Submission.answers, Submission.consents).where(
        with_stories, col(Submission.edition).is_not(None)
    )
    found, allowed = [], set()
    for submission_id, kept, decided in await session.exec(statement):
        answers = answers_from_json(dict(kept))
        for item, consent in consents_from_json(dict(decided)).items():
            if MAY_LEARN in consent.given and item in answers:
                allowed.add((submission_id, item))
                found.append(str(answers[item].value))
    readings = select(StoryReading.submission_id, StoryReading.item, StoryReading.text).where(
        col(StoryReading.state) == StoryState.DECIDED.value
    )
    return found + [text for name, item, text in await session.exec(readings) if (name, item) in allowed]
