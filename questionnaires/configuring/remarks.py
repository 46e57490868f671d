"""Remarks: what is wrong in a configuration, told at the part that people see: a question, a page, a text, a local name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

# What a reason to accept a warning can quote of it.
LONGEST_QUOTE: Final = 500


class SpotKind(StrEnum):
    """What a remark is about."""

    WHOLE = "whole"
    TITLE = "title"
    CORE = "core"
    LANGUAGE = "language"
    PARAM = "param"
    SLOT = "slot"
    MODULE = "module"
    PAGE = "page"
    QUESTION = "question"
    SCALE = "scale"
    TEXT = "text"
    BREAKDOWN = "breakdown"


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A part of a configuration by its name: an item or scale without version, a slot, param, page, module or language.

    `field` is what is meant of it: of a question its title, stem, stem_easy, help, help_easy, answer, options, condition and so on.
    `language` is that of a text.
    """

    kind: SpotKind
    name: str = ""
    field: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that is wrong. A warning stands in the way until somebody says why it is accepted: then `reason` is that.

    `quote` is the sentence of the check itself, where `cause` says it in other words.
    """

    spot: Spot
    code: str
    cause: str
    cure: str
    warning: bool = False
    reason: str | None = None
    quote: str = ""

    @property
    def about(self) -> str:
        """What an acceptance quotes, so that it holds for this warning and lapses when another takes its place."""
        return (self.quote or self.cause)[:LONGEST_QUOTE].rstrip()

    @property
    def in_the_way(self) -> bool:
        """Whether this keeps the configuration from being published."""
        return not self.warning or self.reason is None


def worst_first(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """Return remarks with errors first, then open warnings, then accepted ones; each once."""
    once = dict.fromkeys(remarks)
    return tuple(sorted(once, key=lambda one: (one.warning, one.reason is not None, one.code, one.spot, one.cause)))
