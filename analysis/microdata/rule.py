"""The rule of an agreement on microdata: which answers leave, by what people could be found, and how coarse that becomes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

# Every choice of identifiers to suppress is looked at: 2 to the power of their number.
MOST_IDENTIFIERS: Final = 8
FEWEST_RECORDS: Final = 5


@dataclass(frozen=True, slots=True)
class MicrodataFault:
    """Why there are no microdata: where it stands, what is wrong, and what to do about it, in Dutch."""

    place: str
    cause: str
    cure: str


class AreaGiven(StrEnum):
    """What a record tells of where somebody lives."""

    MUNICIPALITY = "municipality"
    PROVINCE = "province"
    SIZE_CLASS = "size_class"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Place:
    """The area that stands for a municipality in microdata: itself, its province or its size class."""

    code: str
    label: str


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Group(_Part):
    """Answers that become one answer. `code` is that of the group; numbers are written out as codes, such as "4".

    The code is a new one, or that of one of its own answers: under the code of any other answer that one would be swallowed.
    """

    code: str = Field(min_length=1)
    label: str = Field(min_length=1)
    codes: tuple[str, ...] = Field(min_length=1)


class Limits(_Part):
    """The lowest and the highest number that leaves: those below and above become these. None for no limit."""

    bottom: int | None = None
    top: int | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.bottom is not None and self.top is not None and self.bottom >= self.top:
            raise ValueError("bottom moet lager zijn dan top")
        return self


class MicrodataRule(_Part):
    """What leaves, and how it is protected.

    `variables` are the questions that leave, by id; nothing else does but the area and the weight. `quasi_identifiers` are those by which
    somebody who knows a person could find that person; the area is always one. They stand in order of worth: of equal losses, the last is
    suppressed. Every combination of them occurs at least `k` times. An id stands for all versions of its question.

    `coarsenings` and `limits` are by the name of a variable: an id, or `HUL01@1` for an earlier version that could not be pooled.
    `largest_suppressed` is the share (0-1) of records in which something may be suppressed. An area other than the municipality itself
    holds at least `fewest_municipalities` of them, or it would give them away.
    """

    variables: tuple[str, ...] = Field(min_length=1)
    quasi_identifiers: tuple[str, ...] = Field(min_length=1, max_length=MOST_IDENTIFIERS - 1)
    k: int = Field(default=FEWEST_RECORDS, ge=FEWEST_RECORDS)
    coarsenings: dict[str, tuple[Group, ...]] = {}
    limits: dict[str, Limits] = {}
    largest_suppressed: float = Field(default=0.05, ge=0, le=1)
    area: AreaGiven = AreaGiven.NOTHING
    fewest_municipalities: int = Field(default=3, ge=2)

    def faults(self) -> tuple[MicrodataFault, ...]:
        """Return what contradicts itself in the rule, whatever the data are."""
        return tuple(self._faults())

    def _faults(self) -> Iterator[MicrodataFault]:
        for name in _twice(self.variables):
            yield MicrodataFault("variables", f"De vraag {name} staat er twee keer.", "Noem elke vraag één keer.")
        for name in _twice(self.quasi_identifiers):
            yield MicrodataFault(
                "quasi_identifiers", f"De vraag {name} staat er twee keer.", "Noem elke vraag één keer."
            )
        for name in self.quasi_identifiers:
            if name not in self.variables:
                cause = f"De vraag {name} gaat niet mee, en kan dus ook niet herkennen."
                yield MicrodataFault(
                    "quasi_identifiers", cause, "Haal de vraag weg, of zet haar bij de vragen die meegaan."
                )
        for name, groups in self.coarsenings.items():
            yield from _group_faults(name, groups)
            if name in self.limits:
                cause = f"De vraag {name} heeft groepen én een onder- of bovengrens."
                yield MicrodataFault(f"limits.{name}", cause, "Kies een van beide.")


def _group_faults(name: str, groups: tuple[Group, ...]) -> Iterator[MicrodataFault]:
    place = f"coarsenings.{name}"
    for code in _twice(code for group in groups for code in group.codes):
        cause = f"Het antwoord {code} van {name} staat in twee groepen."
        yield MicrodataFault(place, cause, "Zet elk antwoord in één groep.")
    for code in _twice(group.code for group in groups):
        yield MicrodataFault(place, f"Twee groepen heten {code}.", "Geef elke groep een eigen code.")
    for group in groups:
        if any(group.code in other.codes for other in groups if other is not group):
            yield swallowing(name, group)


def swallowing(name: str, group: Group) -> MicrodataFault:
    """Return the fault of a group that is called as an answer outside it: who gave that answer would be counted in the group."""
    cause = f"De groep ‘{group.label}’ van {name} heet {group.code}. Dat is een antwoord dat er niet in staat."
    return MicrodataFault(f"coarsenings.{name}", cause, f"Geef de groep een eigen code, of zet {group.code} erin.")


def _twice(names: Iterator[str] | tuple[str, ...]) -> tuple[str, ...]:
    listed = list(names)
    return tuple(name for name in dict.fromkeys(listed) if listed.count(name) > 1)
