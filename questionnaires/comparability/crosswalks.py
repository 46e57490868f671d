"""Crosswalks: declared mappings between two versions of an item, with evidence and approval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import Annotated, Final, Literal

from pydantic import Field

from questionnaires.names import DefinitionId, ItemId, Name, VersionNumber
from questionnaires.parts import Day, DefinitionPart, Text

_APPROVERS: Final = 2


class EvidenceKind(StrEnum):
    """What a crosswalk rests on."""

    FULL_MAPPING = "full_mapping"  # every old code says which new codes it became
    BRIDGING_SAMPLE = "bridging_sample"  # the same people answered both versions
    EQUIVALENCE_TEST = "equivalence_test"  # an experiment that showed no shift between standard and easy texts


class Evidence(DefinitionPart):
    """What a crosswalk rests on, where that is reported, and the number of people in the study, if there was one."""

    kind: EvidenceKind
    report: Text
    respondents: Annotated[int, Field(ge=1)] | None = None


class Crosswalk(DefinitionPart):
    """How answers to one version of an item relate to answers to another: each old code -> the new codes that it became."""

    format: Literal["ceo-def/1"]
    kind: Literal["crosswalk"]
    id: DefinitionId
    item: ItemId
    from_version: VersionNumber = Field(alias="from")
    to_version: VersionNumber = Field(alias="to")
    mapping: dict[Name, Annotated[tuple[Name, ...], Field(min_length=1)]] = Field(default_factory=dict)
    evidence: Evidence
    approved_by: Annotated[tuple[Text, ...], Field(min_length=2)]
    approved_on: Day


@dataclass(frozen=True, slots=True)
class MappingFit:
    """How a mapping fits the codes of both versions; each field holds the codes that do not.

    `unknown_old` and `unknown_new` do not exist; `unmapped` are old codes that the mapping leaves out, `unreached` new codes
    that no old code became. `mixed` are old codes that were split while a part went together with another old code: of
    such an answer nobody can tell what it would have been before.
    """

    unknown_old: tuple[str, ...]
    unknown_new: tuple[str, ...]
    unmapped: tuple[str, ...]
    unreached: tuple[str, ...]
    mixed: tuple[str, ...]

    @property
    def known(self) -> bool:
        """Whether all codes in the mapping exist."""
        return not (self.unknown_old or self.unknown_new)

    @property
    def full(self) -> bool:
        """Whether the mapping says of every code of both versions where it went or came from."""
        return self.known and not (self.unmapped or self.unreached or self.mixed)


def fit_mapping(mapping: Mapping[str, Iterable[str]], old: Collection[str], new: Collection[str]) -> MappingFit:
    """Return how a mapping fits the codes of the old and the new version.

    >>> fit_mapping({"hulp": ["thuis", "buiten"]}, ["hulp", "geen"], ["thuis", "buiten", "geen"]).unmapped
    ('geen',)
    """
    became = {code: set(codes) for code, codes in mapping.items()}
    sources = Counter(chain.from_iterable(became.values()))
    return MappingFit(
        unknown_old=tuple(code for code in became if code not in old),
        unknown_new=tuple(code for code in sources if code not in new),
        unmapped=tuple(code for code in old if code not in became),
        unreached=tuple(code for code in new if code not in sources),
        mixed=tuple(
            code for code, codes in became.items() if len(codes) > 1 and any(sources[one] > 1 for one in codes)
        ),
    )


def different_people(approved_by: Iterable[str]) -> bool:
    """Return whether at least two different people are named.

    >>> different_people(["J. Bakker", "j. bakker "])
    False
    """
    return len({" ".join(name.split()).casefold() for name in approved_by}) >= _APPROVERS
