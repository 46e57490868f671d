"""Delivery profiles: how a national portal wants the figures of a release, as a file that people write and a version names.

A profile chooses figures and writes them in the words of who receives them. It computes nothing but another number of decimals and
percentages, and it can withhold more than the release does, never less.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, model_validator

from exports.release.selecting import Selection
from questionnaires.problems import Problem
from questionnaires.strict_yaml import YamlDocument, read_yaml, validate

Separator: TypeAlias = Literal[";", ",", "|", "tab"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Chosen(_Part):
    """Which figures go: by column of the cube the values that are meant. A column without values may have any; "" is everyone."""

    indicator: tuple[str, ...] = ()
    measure: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    breakdown: tuple[str, ...] = ()
    level: tuple[str, ...] = ()
    area: tuple[str, ...] = ()
    area_type: tuple[str, ...] = ()

    @property
    def selection(self) -> Selection:
        """The same, as the cube is asked."""
        return Selection(**self.model_dump())


class DeliveredColumn(_Part):
    """A column as who receives it calls it (`name`): a column of the cube, or the same text (`constant`) in every row.

    `codes` gives for each code of the release that of the receiver. `write: words` writes what an area, indicator, breakdown or measure is
    called instead of its code. `decimals` rounds numbers; without it they stand in their shortest exact form.
    """

    name: str = Field(min_length=1, max_length=200)
    column: str | None = None
    constant: str | None = None
    codes: dict[str, str] = {}
    write: Literal["codes", "words"] = "codes"
    decimals: int | None = Field(default=None, ge=0, le=6)

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.column is None) == (self.constant is None):
            raise ValueError("Een kolom heeft óf column óf constant.")
        if self.constant is not None and (self.codes or self.write == "words" or self.decimals is not None):
            raise ValueError("Bij constant horen geen codes, write of decimals.")
        if self.codes and self.write == "words":
            raise ValueError("Kies codes, of write: words.")
        return self


class Thresholds(_Part):
    """How many respondents a figure needs at least, beyond what the release asks; None for no threshold.

    A release rounds its counts, mostly to fives: "30" is anybody's guess between 28 and 32. Only a figure that certainly reaches the
    threshold goes along, so 30 needs 35 in the file, and an effective number of 30 as well.
    """

    minimum_n: int | None = Field(default=None, ge=1)
    minimum_effective_n: int | None = Field(default=None, ge=1)


class NoFigure(_Part):
    """What stands where there is no number.

    `suppressed`: the release has no figure. `withheld`: the release has one, and a threshold of the profile stops it. `nothing`: there is a
    figure, and this number does not belong to it. `rows`: whether rows without a figure are kept or left out.
    """

    suppressed: str = ""
    withheld: str = ""
    nothing: str = ""
    rows: Literal["keep", "leave_out"] = "keep"


class FileForm(_Part):
    """How the file is written: one row a line, the first with the names of the columns."""

    separator: Separator = ";"
    decimal_sign: Literal[",", "."] = ","
    encoding: Literal["utf-8", "utf-8-sig", "windows-1252"] = "utf-8"

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        if self.separator == self.decimal_sign:
            raise ValueError("separator en decimal_sign zijn hetzelfde teken.")
        return self

    @property
    def sign_between(self) -> str:
        """The sign between two cells."""
        return "\t" if self.separator == "tab" else self.separator


class DeliveryProfile(_Part):
    """How a receiver wants a release. `shares`: whether shares (fractions 0-1 in the release) are written as percentages."""

    profile: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60, examples=["voorbeeld"])
    version: int = Field(ge=1)
    title: str = Field(min_length=1, max_length=200)
    select: Chosen = Chosen()
    columns: tuple[DeliveredColumn, ...] = Field(min_length=1)
    shares: Literal["fraction", "percentage"] = "fraction"
    thresholds: Thresholds = Thresholds()
    no_figure: NoFigure = NoFigure()
    file: FileForm = FileForm()

    @property
    def digest(self) -> str:
        """`sha256:` and the digest of what the profile says, however it was written down."""
        content = json.dumps(self.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return f"sha256:{hashlib.sha256(content.encode()).hexdigest()}"


@dataclass(frozen=True, slots=True)
class WrittenProfile:
    """A profile, and the document that knows on which line everything in it stands."""

    profile: DeliveryProfile
    document: YamlDocument


def read_profile(text: str, file: str) -> WrittenProfile | tuple[Problem, ...]:
    """Return the profile in a YAML text, or every mistake in it."""
    document = read_yaml(text, file)
    if not isinstance(document, YamlDocument):
        return document
    profile = validate(DeliveryProfile, document)
    return WrittenProfile(profile, document) if isinstance(profile, DeliveryProfile) else profile
