"""What is chosen about a release before it is made."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

# What stands in the address of a release, and is never used for anything else.
NAME: Final = r"^[a-z][a-z0-9-]{2,58}[a-z0-9]$"


# No release has so many editions, and the database no larger number.
_LAST_EDITION: Final = 1_000_000


def can_be_release(name: str, edition: int = 1) -> bool:
    r"""Return whether a release could be named like this: whatever else stands in an address names none.

    >>> can_be_release("wmo-2026", 2), can_be_release("a\x00"), can_be_release("wmo-2026", 10**30)
    (True, False, False)
    """
    return re.fullmatch(NAME, name) is not None and 0 < edition < _LAST_EDITION


# Categories of Unicode: control signs, halves of signs, signs that there are not or that mean something to one program only, line ends.
_NO_TEXT: Final = frozenset({"Cc", "Cs", "Cn", "Co", "Zl", "Zp"})
# Signs that turn the direction of what follows, so that it reads as something else.
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def one_line(text: str) -> str:
    r"""Return a text as one line of signs that can be printed: formats have one line for it, and some allow no other signs.

    >>> one_line(" De weging\r\nklopte niet.\x0b ")
    'De weging klopte niet.'
    """
    return " ".join("".join(" " if _is_no_text(sign) else sign for sign in text).split())


def _is_no_text(sign: str) -> bool:
    return unicodedata.category(sign) in _NO_TEXT or sign in _TURNING


def _on_one_line(text: str) -> str:
    if any(_is_no_text(sign) for sign in text):
        raise ValueError("hier staan regeleinden of onzichtbare tekens in; typ de tekst over, op één regel")
    return text


_Line = Annotated[str, AfterValidator(_on_one_line)]


class DivisionName(StrEnum):
    """The areas of several municipalities that have figures of their own."""

    PROVINCE = "province"
    SIZE_CLASS = "size_class"


class Proposal(BaseModel):
    """What a release is about, and by which rules. `profile`: the policy of disclosure control.

    Title, population and publisher stand on one line in every file, so signs that cannot be printed are refused. `with_local`: questions
    that a municipality added are in it too; meant for the release of one municipality. `divisions`: the areas of several municipalities
    that get figures.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=NAME)
    measurement: str
    title: _Line = Field(min_length=3, max_length=200)
    population: _Line = Field(min_length=3, max_length=200)
    publisher: _Line = Field(min_length=2, max_length=120)
    profile: Literal["public", "national"] = "national"
    with_local: bool = False
    divisions: tuple[DivisionName, ...] = (DivisionName.PROVINCE, DivisionName.SIZE_CLASS)
