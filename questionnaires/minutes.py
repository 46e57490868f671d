"""Minutes: how long questions take to answer, estimated before anyone has answered them.

People read the question, its explanation and the options, make up their mind, and turn the page. That more words, more
options and open answers take longer, and that older people take longer, is found in response times of web surveys
(Yan & Tourangeau 2008, Applied Cognitive Psychology 22, 51–68). Adults read 238 words of plain text a minute to
themselves and 183 aloud (Brysbaert 2019, Journal of Memory and Language 109, 104047; English). The numbers below are
our own assumption, slow on purpose for people who read with difficulty: replace them once times have been measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import ceil
from typing import Final

from questionnaires.definition import Item, ScaleAnswer, answer_kind
from questionnaires.readability import words_in
from questionnaires.scales import AnswerScale, ScaleType

WORDS_A_MINUTE: Final = 150
PAGE_SECONDS: Final = 2.0
# To decide and to give the answer. A story is written by few and skipped by most: this is between the two.
ANSWER_SECONDS: Final[Mapping[str, float]] = {"scale": 3, "integer": 6, "date": 12, "text": 15, "narrative": 60}
# In a multiple choice every option is decided on by itself.
OPTION_SECONDS: Final = 1.0


def estimate_minutes(items: Iterable[Item], scales: Mapping[str, AnswerScale]) -> float:
    """Return the minutes that it takes to answer all of these items, one a page; `scales` are kept by reference."""
    return sum(_seconds_of(item, scales) for item in items) / 60


def show_minutes(minutes: float) -> str:
    """Return minutes in words, rounded up to a tenth so that a limit and what is just above it look different.

    >>> show_minutes(4.01), show_minutes(4.0)
    ('4,1 minuten', '4,0 minuten')
    """
    return f"{ceil(round(minutes * 10, 6)) / 10:.1f} minuten".replace(".", ",")


def seconds_to_answer(kind: str, *, words: int, weighed: int = 0) -> float:
    """Return the seconds for one question: its page, the words to read, the answer, and the options weighed one by one.

    2 + words · 60 / 150 + seconds of the kind + weighed

    >>> seconds_to_answer("scale", words=25)
    15.0
    """
    return PAGE_SECONDS + words * 60 / WORDS_A_MINUTE + ANSWER_SECONDS[kind] + weighed * OPTION_SECONDS


def _seconds_of(item: Item, scales: Mapping[str, AnswerScale]) -> float:
    # A scale that is not there is told by the checks.
    scale = scales.get(item.type.scale) if isinstance(item.type, ScaleAnswer) else None
    options = scale.options if scale is not None else ()
    texts = (item.text.stem, item.text.help or "", *(option.text for option in options))
    weighed = len(options) if scale is not None and scale.type is ScaleType.MULTI else 0
    return seconds_to_answer(answer_kind(item.type), words=sum(len(words_in(text)) for text in texts), weighed=weighed)
