"""What keeps a free text from being kept: words of a story, and what seems to be personal data that nobody looked at yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ceo.storage.municipalities import Municipality
from ceo.web.installation import Installation
from ceo.web.staff.learning.typed import Form, Found, unwarned
from ceo.web.staff.learning.words import STORY
from ceo.workflows.stories.copying import copied_story


async def held_back(
    installation: Installation,
    municipality: Municipality,
    form: Form,
    texts: Mapping[str, str],
    doubts: Iterable[Found] = (),
) -> tuple[Found, ...]:
    """Return what a warning has to name, by field.

    What seems to be personal or is only doubted can be kept in spite of the warning. Words of a story cannot: they would stay when the
    teller takes the permission back.
    """
    copied = await copied_story(installation.database, municipality.code, texts)
    return (*unwarned(form, texts, doubts), *(Found(field, words, STORY) for field, words in copied.items()))
