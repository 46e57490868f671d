"""The own words of a municipality in the letters and mails of a round: parts with limits, which begin with words of ours.

What is promised, and how to take part or not, is not among them: see `fixed_words`. Nothing here knows of paper or of mail.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.letters import LetterKind, LetterText
from ceo.storage.tenancy import tenant_of
from ceo.workflows.audit.recording import record
from ceo.workflows.inviting.default_texts import DEFAULTS, EASY, STANDARD

REGISTERS: Final = (STANDARD, EASY)
# The name of the municipality, and the last day on which people can take part.
PLACEHOLDERS: Final = ("gemeente", "sluitdatum")
# At most so many signs, by part. Parts of one line have no line ends.
LIMITS: Final[Mapping[str, int]] = {
    "subject": 80,
    "opening": 400,
    "why": 400,
    "use": 400,
    "closing": 200,
    "sender": 80,
    "function": 80,
}
LINES: Final = frozenset({"subject", "sender", "function"})
_MAY_BE_EMPTY: Final = frozenset({"function"})
_BRACED: Final = re.compile(r"\{([^{}]*)\}")


class TextFaultKind(StrEnum):
    """What can be wrong with a part."""

    EMPTY = "empty"
    TOO_LONG = "too-long"
    PLACEHOLDER = "placeholder"  # something in braces, or a lone brace, that stands for nothing
    SIGN = "sign"  # a sign that cannot be printed, or markup


@dataclass(frozen=True, slots=True)
class TextFault:
    """One thing that is wrong with a part: `what` was found, and the `most` signs that it may have."""

    kind: TextFaultKind
    most: int
    what: str = ""


@dataclass(frozen=True, slots=True)
class OwnWords:
    """The own words in a letter or mail, with their placeholders. `register` is "standard" (B1) or "easy".

    `opening`, `why` (why somebody is asked), `use` (what is done with the answers) and `closing` are paragraphs. `sender` is who signs, in
    which `function`.
    """

    register: str
    subject: str
    opening: str
    why: str
    use: str
    closing: str
    sender: str
    function: str


def default_texts(kind: LetterKind, register: str = STANDARD) -> OwnWords:
    """Return our own words, which a municipality can change.

    >>> default_texts(LetterKind.INVITATION).sender
    'Gemeente {gemeente}'
    """
    return OwnWords(register, **DEFAULTS[kind, register])


async def read_texts(session: AsyncSession, round_id: int, kind: LetterKind) -> OwnWords:
    """Return the words of a round as they were kept; ours when none were."""
    row = await session.get(LetterText, (round_id, kind.value))
    if row is None:
        return default_texts(kind)
    register = row.parts.get("register", STANDARD)
    words = default_texts(kind, register if register in REGISTERS else STANDARD)
    return replace(words, **{name: str(text) for name, text in row.parts.items() if name in LIMITS})


async def change_texts(
    session: AsyncSession, round_id: int, kind: LetterKind, typed: Mapping[str, str], *, actor: str, now: datetime
) -> OwnWords | dict[str, TextFault]:
    """Keep the words of a form, and record who changed which parts; return them, or by part what is wrong with them."""
    words = typed_texts(kind, typed)
    faults = find_text_faults(words)
    if faults:
        return faults
    before = await read_texts(session, round_id, kind)
    row = await session.get(LetterText, (round_id, kind.value))
    if row is None:
        row = LetterText(municipality=tenant_of(session), round_id=round_id, kind=kind.value, parts={})
        session.add(row)
    row.parts = asdict(words)
    changed = sorted(name for name, text in asdict(words).items() if text != getattr(before, name))
    if changed:
        await session.flush()
        await record(
            session,
            tenant_of(session),
            actor=actor,
            action="letter.text-changed",
            object_kind="round",
            object_id=str(round_id),
            after={"kind": kind.value, "register": words.register, "parts": changed},
            now=now,
        )
    return words


def typed_texts(kind: LetterKind, typed: Mapping[str, str]) -> OwnWords:
    """Return the words of a form as they would be kept, whatever is wrong with them. A part that was not sent is ours."""
    register = typed.get("register", STANDARD)
    words = default_texts(kind, register if register in REGISTERS else STANDARD)
    return replace(words, **{name: _tidy(name, typed[name]) for name in LIMITS if name in typed})


def find_text_faults(words: OwnWords) -> dict[str, TextFault]:
    """Return what is wrong, by part."""
    found = {name: _fault(name, getattr(words, name), most) for name, most in LIMITS.items()}
    return {name: fault for name, fault in found.items() if fault is not None}


def filled_in(words: OwnWords, *, municipality: str, closes_on: str) -> OwnWords:
    """Return the words without placeholders: `municipality` is a name, `closes_on` a day in words.

    >>> filled_in(default_texts(LetterKind.INVITATION), municipality="Utrecht", closes_on="31 mei 2027").sender
    'Gemeente Utrecht'
    """
    values = {"gemeente": municipality, "sluitdatum": closes_on}
    texts = {name: _BRACED.sub(lambda found: values.get(found[1], found[0]), getattr(words, name)) for name in LIMITS}
    return replace(words, **texts)


def _tidy(name: str, text: str) -> str:
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return (" " if name in LINES else "\n").join(line for line in lines if line)


def _fault(name: str, text: str, most: int) -> TextFault | None:
    if not text and name not in _MAY_BE_EMPTY:
        return TextFault(TextFaultKind.EMPTY, most)
    if len(text) > most:
        return TextFault(TextFaultKind.TOO_LONG, most)
    if unknown := next((one for one in _BRACED.findall(text) if one not in PLACEHOLDERS), None):
        return TextFault(TextFaultKind.PLACEHOLDER, most, f"{{{unknown}}}")
    if lone := re.search(r"[{}]", _BRACED.sub("", text)) or re.search(r"\{\}", text):
        return TextFault(TextFaultKind.PLACEHOLDER, most, lone[0])
    if strange := re.search(r"[\x00-\x09\x0b-\x1f\x7f<>\ufffd]", text):
        return TextFault(TextFaultKind.SIGN, most, strange[0] if strange[0].isprintable() else "")
    return None
