"""A copy of one's own answers, without a format: what was asked, what was answered, and what a story may be used for.

It is made for the client who answered, and is kept nowhere. It holds no code and no name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True)
class CopiedAnswer:
    """A question with its answer in words, line by line, and what is said below it."""

    question: str
    answer: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswersCopy:
    """The answers of one client, all texts ready to be read in one language. `sender` is who asked, such as the municipality."""

    title: str
    sender: str
    introduction: tuple[str, ...]
    answers: tuple[CopiedAnswer, ...]
    made_on: date
    language: str
    direction: Literal["ltr", "rtl"]
