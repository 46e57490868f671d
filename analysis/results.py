"""What analysis answers: figures with their uncertainty, or the reason why there is none. Never NaN."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from analysis.policy import DisclosurePolicy
from questionnaires.comparability.reasons import Reason, Verdict


class Measure(StrEnum):
    """What a figure is. Shares are fractions 0-1, scores 0-100; a mean and a total have the unit of the item."""

    SCORE = "score"  # mean of the 0-100 scores of an item or composite
    MEAN = "mean"  # mean of a number
    TOTAL = "total"  # estimated total over the population
    SHARE = "share"  # share of positive answers
    CATEGORY = "category"  # share of one answer option; Cell.category names it
    RATIO = "ratio"  # total of one number over the total of another
    QUANTILE = "quantile"  # the number below which a part of the population lies; Cell.category is that part, as 0.5


class Inference(StrEnum):
    """`finite`: this year's clients (with finite population correction). `process`: the service behind them."""

    FINITE = "finite"
    PROCESS = "process"


class Method(StrEnum):
    """How the interval was made (`statistics` sections 2 and 3)."""

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
    IMPRECISE = "imprecise"  # share: interval of 30 points or wider; score: half interval above a quarter sd


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

    reason: str  # no_respondents | one_respondent | no_degrees_of_freedom | lonely_stratum | no_variation
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


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """What is compared: the figure of a cell with the same figure of a reference of the plan."""

    cell: Cell
    reference: str = TOTAL


@dataclass(frozen=True, slots=True)
class Comparison:
    """Unit minus reference, with the covariance where one contains the other. Same unit as the compared figures.

    `p_adjusted` is Benjamini-Hochberg within `family`. `relevant` says that the difference also matters:
    at least 3 points (scores, shares in points) or 0.1 standard deviation.
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


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A figure that exists but may not be shown; stable `reason` for programs."""

    reason: str  # fewer_than_floor | complement | one_answer_certain | too_few_units


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
