"""What must be known to read the figures of a release: which release, what was asked, where, of whom, and how it may be used.

It goes along in every file that is made of a release, as JSON, so it is frozen pydantic.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict

NATION: Final = "NL"
LICENCE: Final = "CC BY 4.0"
LICENCE_ADDRESS: Final = "https://creativecommons.org/licenses/by/4.0/deed.nl"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AreaType(StrEnum):
    """What an area is. `NATION` stands for all municipalities in the release together, and for no others."""

    MUNICIPALITY = "municipality"
    PROVINCE = "province"
    REGION = "region"
    SIZE_CLASS = "size_class"
    NATION = "nation"


class Area(_Part):
    """A place that figures are about. `members`: the municipalities of the release in it; none for a municipality itself."""

    area: str
    kind: AreaType
    name: str
    members: tuple[str, ...] = ()


class Option(_Part):
    """An answer option, or (where `reason` is given) a reason for having no answer."""

    code: str
    label: str
    reason: str = ""


class Wording(_Part):
    """How a question was asked in one version of a questionnaire. `reference` names it, as `nl.ceo.wmo@2`."""

    reference: str
    version: int
    text: str


class Break(_Part):
    """A change between two versions that readers must know. `pooled` answers are taken together; otherwise the series ends.

    `earlier` is the indicator under which the older answers stand, `verdict` A to E, `reasons` stable codes.
    """

    earlier: str
    old: str
    new: str
    verdict: str
    reasons: tuple[str, ...]
    pooled: bool


class Indicator(_Part):
    """What a figure says something about: a question (`items` empty) or a theme score over `items`.

    `higher_is_better`: the direction of good, None where there is none. `universe` says in words who was asked.
    """

    indicator: str
    version: int
    label: str
    question: str
    theme: str
    universe: str
    measures: tuple[str, ...]
    options: tuple[Option, ...] = ()
    items: tuple[str, ...] = ()
    higher_is_better: bool | None = None
    wordings: tuple[Wording, ...] = ()
    breaks: tuple[Break, ...] = ()


class Breakdown(_Part):
    """A division of clients into groups, with its levels."""

    breakdown: str
    label: str
    levels: tuple[Option, ...]


class Source(_Part):
    """A sealed round that went in: whose, the digest of its snapshot, and how many people answered out of how many clients.

    The numbers are protected as any other: rounded, or None where they may not be known.
    """

    municipality: str
    title: str
    opens_on: date
    closes_on: date
    digest: str
    submissions: int | None
    clients: int | None


class ReleaseFacts(_Part):
    """What a release is. `policy` names the rules of disclosure control, `weighting` how answers were weighted.

    `floor` is the smallest number of respondents that a figure can be about.

    `simulated`: no real person answered; every file says so. `population` says whose experiences these are.
    """

    release: str
    edition: int
    title: str
    publisher: str
    population: str
    period_start: date
    period_end: date
    simulated: bool
    inference: str
    weighting: str
    policy: str
    plan_digest: str
    software: str
    sources: tuple[Source, ...]
    areas: tuple[Area, ...]
    indicators: tuple[Indicator, ...]
    breakdowns: tuple[Breakdown, ...]
    method_note: str
    floor: int = 10
    licence: str = LICENCE
    licence_address: str = LICENCE_ADDRESS
    reason: str = ""  # why there is an edition after the first

    @property
    def counted_by(self) -> int:
        """Return the multiple to which counts are rounded; 1 where they are exact. Of an unknown policy: the largest of all."""
        from analysis.policy import PROFILES, shipped_policy

        named = self.policy.partition(" ")[0]
        roundings = [shipped_policy(name).rounding for name in PROFILES if name == named or named not in PROFILES]
        return max(rounding.counts if rounding else 1 for rounding in roundings)

    @property
    def name(self) -> str:
        """Return what names this edition among all, such as `wmo-2026/2`."""
        return f"{self.release}/{self.edition}"

    @property
    def period(self) -> str:
        """Return the days on which people could answer, as an interval of ISO 8601."""
        return f"{self.period_start.isoformat()}/{self.period_end.isoformat()}"

    def area(self, code: str) -> Area:
        """Return an area; an unknown one is our bug."""
        return next(one for one in self.areas if one.area == code)

    def indicator(self, name: str) -> Indicator:
        """Return an indicator; an unknown one is our bug."""
        return next(one for one in self.indicators if one.indicator == name)


class Seal(_Part):
    """What makes an edition citable: the `digest` of all that went in and came out, where it stands, and its state.

    `published_on` is None before it is published: then every file says that it is a draft.
    """

    digest: str
    address: str
    state: str
    published_on: date | None = None
    reason: str = ""  # why it was corrected or withdrawn


def citation_of(facts: ReleaseFacts, seal: Seal) -> str:
    """Return how to cite an edition, in one line.

    >>> from datetime import date
    >>> facts = ReleaseFacts(release="wmo-2026", edition=2, title="Wmo 2026", publisher="CEO", population="cliënten",
    ...     period_start=date(2026, 3, 1), period_end=date(2026, 4, 1), simulated=False, inference="finite", weighting="",
    ...     policy="", plan_digest="", software="", sources=(), areas=(), indicators=(), breakdowns=(), method_note="")
    >>> citation_of(facts, Seal(digest="sha256:0f96de41683901", address="https://ceo.example/cijfers/wmo-2026/2", state="published",
    ...     published_on=date(2026, 6, 1)))
    'CEO (2026). Wmo 2026, editie 2. https://ceo.example/cijfers/wmo-2026/2 (sha256:0f96de416839)'
    """
    year = f"{seal.published_on.year}" if seal.published_on else "concept"
    return f"{facts.publisher} ({year}). {facts.title}, editie {facts.edition}. {seal.address} ({seal.digest[:19]})"
