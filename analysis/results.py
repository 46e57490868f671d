"""What analysis answers: figures with their uncertainty, or the reason why there is none. Never NaN."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias

from analysis.policy import DisclosurePolicy
from questionnaires.comparability.reasons import Reason, Verdict


class Measure(StrEnum):
    """What a figure is. Shares are fractions 0-1, scores 0-100; a mean and a total have the unit of the item."""

    SCORE = "score"  # mean of the 0-100 scores of an item or composite
    MEAN = "mean"  # mean of a number
    TOTAL = "total"  # estimated total over the population
    SHARE = "share"  # share of positive answers
    CATEGORY = "category"  # share of one answer option; Cell.category names it
    MISSING = "missing"  # share of a reason (Cell.category) among answers, "don't know" and "does not apply" together
    RATIO = "ratio"  # total of one number over the total of another
    QUANTILE = "quantile"  # the number below which a part of the population lies; Cell.category is that part, as 0.5


# A share of people, as a fraction from 0 to 1; readers see a percentage.
SHARES: Final = frozenset({Measure.SHARE, Measure.CATEGORY, Measure.MISSING})


class Inference(StrEnum):
    """`finite`: this year's clients (with finite population correction). `process`: the service behind them."""

    FINITE = "finite"
    PROCESS = "process"


class Method(StrEnum):
    """How the interval was made."""

    T = "t"
    LOGIT = "logit"
    KORN_GRAUBARD = "korn_graubard"
    CLOPPER_PEARSON = "clopper_pearson"  # at a share of 0 or 1, on the effective sample size
    CENSUS = "census"  # everyone answered: the interval is the point
    HYPERGEOMETRIC = "hypergeometric"  # at a share of 0 or 1 of a known population, with equal weights
    WOODRUFF = "woodruff"  # of a quantile: the interval of the share below it, turned back


class DfRule(StrEnum):
    """Where degrees of freedom come from."""

    DESIGN = "design"  # clusters (or respondents) of the subgroup minus their strata
    SATTERTHWAITE = "satterthwaite"  # two independent parts, each with its own


class Flag(StrEnum):
    """What a reader must know about a figure."""

    LOW_DF = "low_df"  # fewer than 8 degrees of freedom
    HIGH_DEFF = "high_deff"  # design effect above 3
    BOUNDARY = "boundary"  # a share of exactly 0 or 1
    CENSUS = "census"
    LONELY = "lonely"  # a stratum with one respondent
    SMALL = "small"  # fewer than 30 respondents, or an effective number below 30
    ITEM_NONRESPONSE = "item_nonresponse"  # more than 20 % of those asked skipped the question
    NOT_APPLICABLE = "not_applicable"  # more than 30 % of those asked said that it does not apply to them
    HEAVY = "heavy"  # one respondent stands for more than 20 % of the weight
    COLLAPSED = "collapsed"  # cells of the unit were taken together in weighting
    IMPRECISE = "imprecise"  # share: as unreliable; score: half the interval is above a quarter standard deviation
    UNRELIABLE = "unreliable"  # share: exact interval of 30 points, or above 5 points and 130 % of the share itself


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % confidence interval, in the unit of its figure."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure. `respondents` is the unweighted number of valid answers; `population` whom they stand for."""

    value: float
    se: float
    interval: Interval
    respondents: int
    effective_n: float
    population: float
    df: float
    deff: float | None
    method: Method
    inference: Inference
    flags: frozenset[Flag] = frozenset()
    df_rule: DfRule = DfRule.DESIGN


@dataclass(frozen=True, slots=True)
class NotEstimable:
    """No figure, and why: a stable `reason` for programs. `respondents` is the number of valid answers."""

    # no_respondents | one_respondent | no_degrees_of_freedom | lonely_stratum | no_variation
    # | too_few_units | dominant_unit (an area, or the reference of a comparison) | not_asked (a release)
    # | no_cases | too_few_answers | no_decay (fieldwork)
    reason: str
    respondents: int


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """Where a figure stands: a measure of an item or composite, for a unit, in one level of a breakdown."""

    measure: Measure
    item: str
    category: str = ""
    unit: str = ""  # "" is all units together
    breakdown: str = ""  # "" is everyone
    level: str = ""


TOTAL = "total"  # the name of the reference that is always there: all units together
OTHERS = "others"  # the name of the reference of a level: the other levels of its breakdown, in the same unit


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """What is compared: the figure of a cell with the same figure of a reference of the plan."""

    cell: Cell
    reference: str = TOTAL


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A p-value adjusted for all comparisons of one `family`; `method` is that of `multiplicity`: bh or holm."""

    family: str
    p_value: float
    method: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Unit (or level) minus reference, with the covariance where one contains the other. Unit of the compared figures.

    `families` are all in which it was tested: the item over all units, all items of the report of the unit, or the
    preregistered indicators of the unit. `p_adjusted` is the largest of them, so that a difference that is called one
    is one in whatever order the figures are read; `family` is where it comes from. `relevant` says that the difference
    also matters: at least 3 points (scores, shares in points) or 0.1 standard deviation.

    `effect_size` is Cohen's h of shares, else d: the difference in standard deviations of all respondents together.
    `includes_unit`: the unit is a part of its reference, and counted in `reference_respondents`.
    """

    difference: float
    se: float
    interval: Interval
    df: float
    p_value: float
    p_adjusted: float
    family: str
    relevant: bool
    respondents: int
    reference_respondents: int
    inference: Inference
    df_rule: DfRule = DfRule.SATTERTHWAITE
    families: tuple[Adjusted, ...] = ()
    effect_size: float = 0.0
    includes_unit: bool = True

    @property
    def others(self) -> int:
        """Respondents of the reference who are not of the unit."""
        return self.reference_respondents - (self.respondents if self.includes_unit else 0)


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A figure that exists but may not be shown; stable `reason` for programs."""

    reason: str  # fewer_than_floor | complement | one_answer_certain


Figure: TypeAlias = Estimate | NotEstimable
ProtectedFigure: TypeAlias = Estimate | NotEstimable | Suppressed
ProtectedComparison: TypeAlias = Comparison | NotEstimable | Suppressed


@dataclass(frozen=True, slots=True)
class Mark:
    """A change between two versions that readers of a variable must know.

    `pooled` answers share the variable and need a note; others do not: the series of `earlier` ends where `variable` begins.
    `old` and `new` are references of questionnaires.
    """

    variable: str
    earlier: str
    old: str
    new: str
    verdict: Verdict
    reasons: tuple[Reason, ...]

    @property
    def pooled(self) -> bool:
        """Whether the answers are taken together."""
        return self.variable == self.earlier


@dataclass(frozen=True, slots=True)
class Origin:
    """What results follow from, to the digit: SHA-256 of the data and of the plan, and the version of this program."""

    data: str
    plan: str
    engine: str


@dataclass(frozen=True, slots=True)
class Contributions:
    """The weighted amounts that make a total: all together, and the two largest. In the unit of the item, none below 0."""

    total: float
    largest: float
    second: float


@dataclass(frozen=True, slots=True)
class Results:
    """All figures of an analysis plan. Unprotected: writers do not accept it.

    `marks` tell where answers to several versions of a questionnaire were taken together, and where they may not be.
    """

    figures: Mapping[Cell, Figure]
    comparisons: Mapping[Pair, Comparison | NotEstimable]
    respondents: Mapping[str, int]  # by unit; "" is all units together
    populations: Mapping[str, float]
    marks: tuple[Mark, ...] = ()
    origin: Origin | None = None
    contributions: Mapping[Cell, Contributions] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProtectedResults:
    """Results that may leave the house; made by `disclosure.protect` only. Same keys as their `Results`."""

    figures: Mapping[Cell, ProtectedFigure]
    comparisons: Mapping[Pair, ProtectedComparison]
    respondents: Mapping[str, int | Suppressed]
    populations: Mapping[str, float]
    policy: DisclosurePolicy
    marks: tuple[Mark, ...] = ()
    origin: Origin | None = None
