"""Disclosure policy: what may be shown of how many people, and how exactly. Versioned data with named profiles.

Profiles are files in `policies/`: `municipality` (own figures, inside the house), `public` (a report that everybody may
read) and `national` (figures of all municipalities side by side). A plan may ask for more caution, never for less.
The kinds of rules are those of the source; how high each limit is, is a choice of this program.
Source: Hundepool et al. (2012), Statistical Disclosure Control, Wiley, chapters 4 and 5.

Group disclosure is off in the shipped profiles. Where everybody in a small group gave the same answer, it is known of each of them, however
many they are above the floor. Which answers are so delicate that this must be hidden is a judgement about a question: a questionnaire has
no mark for it, and nobody has judged the shipped questions. To switch it on, name the questions in the profile in `analysis/policies`, with
every version that is published apart: `sensitive_items: [GEW01, "GEW01@1"]`. With fewer than `certain_below` respondents, 0 % and 100 %
of them are then hidden, in every way in which they could be computed.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from questionnaires.problems import Problem
from questionnaires.strict_yaml import YamlDocument, read_yaml, validate

PROFILES: Final = ("municipality", "public", "national")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ForbiddenBreakdown(_Part):
    """A breakdown that is never published for a law, such as youth care by provider; for any law where `law` is null."""

    law: str | None
    breakdown: str


class AmountRules(_Part):
    """When the total of an amount tells what one person has (Hundepool et al. 2012, section 4.2).

    `precision` (p % rule, a fraction): the second largest contributor could estimate the largest within that part.
    `dominance`, a fraction: the largest contributor has more than that part of the total.
    """

    precision: float = Field(default=0.10, gt=0, lt=1)
    dominance: float = Field(default=0.75, gt=0, le=1)


class Rounding(_Part):
    """Counts to multiples of `counts`, shares to multiples of `shares` (a fraction: 0.01 is whole percents)."""

    counts: int = Field(default=5, ge=1)
    shares: float = Field(default=0.01, gt=0, lt=1)


class DisclosurePolicy(_Part):
    """Limits below which nothing leaves.

    `floor`: the smallest number of respondents in a shown cell, and of clients in the register behind it. `width`: of
    a small cell nobody can work out the number closer than within an interval of this width. `certain_below`: with
    fewer respondents, 0 % or 100 % on one of the `sensitive_items` is hidden; without any of these it does nothing. A breakdown in
    `forbidden` is never published.
    """

    name: str = "default"
    version: str = "1"
    floor: int = Field(default=10, ge=0)
    width: int = Field(default=5, ge=1)
    certain_below: int = Field(default=30, ge=0)
    sensitive_items: tuple[str, ...] = ()
    amounts: AmountRules = AmountRules()
    forbidden: tuple[ForbiddenBreakdown, ...] = ()
    rounding: Rounding | None = None

    def with_floor(self, floor: int) -> DisclosurePolicy:
        """Return the policy with a floor that is at least this high; never a lower one.

        >>> DisclosurePolicy().with_floor(40).certain_below, DisclosurePolicy().with_floor(5).floor
        (40, 10)
        """
        higher = max(self.floor, floor)
        return self.model_copy(update={"floor": higher, "certain_below": max(self.certain_below, higher)})


def read_policy(text: str, file: str) -> DisclosurePolicy | tuple[Problem, ...]:
    """Return the policy of a YAML text, or everything that is wrong with it.

    >>> read_policy("floor: 15", "policy.yaml").floor
    15
    """
    document = read_yaml(text, file)
    if isinstance(document, tuple):
        return document
    policy = validate(DisclosurePolicy, document)
    if isinstance(policy, tuple):
        return policy
    return tuple(sorted(_problems(policy, document))) or policy


@cache
def shipped_policy(name: str) -> DisclosurePolicy:
    """Return one of the `PROFILES`.

    >>> shipped_policy("public").floor
    10
    """
    assert name in PROFILES, name
    text = files("analysis").joinpath("policies", f"{name}.yaml").read_text("utf-8")
    policy = read_policy(text, f"{name}.yaml")
    assert isinstance(policy, DisclosurePolicy), policy
    return policy


def _problems(policy: DisclosurePolicy, document: YamlDocument) -> Iterator[Problem]:
    for position, pair in enumerate(policy.forbidden):
        if pair in policy.forbidden[:position]:
            cause = f"Het verbod op {pair.breakdown} bij {pair.law or 'elke wet'} staat er twee keer."
            yield document.problem(("forbidden", position), "P01", cause, "Haal een van de twee weg.")
    if policy.certain_below < policy.floor:
        cause = f"certain_below ({policy.certain_below}) is lager dan floor ({policy.floor}) en doet dan niets."
        yield document.problem(("certain_below",), "P02", cause, f"Kies {policy.floor} of hoger.")
