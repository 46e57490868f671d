"""The analysis plan: what is asked of the data, and where it stands in them. Read from YAML, or made of a codebook."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from analysis.comparison.references import ReferencePlan
from analysis.design import Lonely
from analysis.policy import DisclosurePolicy, shipped_policy
from analysis.results import Inference
from analysis.weighting.scheme import WeightingScheme
from questionnaires.answers import Missing
from questionnaires.codebook import Codebook, Variable, VariableKind

# Answers in words, and days: they are read, not estimated.
NOT_COUNTED: Final = frozenset({VariableKind.NARRATIVE, VariableKind.TEXT, VariableKind.DATE})


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CodePlan(_Part):
    """One answer: its `score` counts in the score, `positive` in the share of positive answers, `value` in the mean."""

    score: float | None = None
    value: float | None = None
    positive: bool = False


class ScaleItem(_Part):
    """A question with one answer out of `codes`, in their order. `missing` names the codes that are a reason."""

    kind: Literal["scale"]
    codes: dict[str, CodePlan] = Field(min_length=1, max_length=120)
    missing: dict[str, Missing] = {}

    @property
    def scored(self) -> bool:
        """Whether a mean score exists."""
        return any(code.score is not None for code in self.codes.values())

    @property
    def numbered(self) -> bool:
        """Whether the answers are numbers, such as grades, so that a mean exists."""
        return any(code.value is not None for code in self.codes.values())

    @property
    def has_positive(self) -> bool:
        """Whether a share of positive answers exists."""
        return any(code.positive for code in self.codes.values())


class ChoicesItem(_Part):
    """A question with any number of answers out of `codes`; in a CSV they stand in one cell with `;` between them."""

    kind: Literal["choices"]
    codes: dict[str, CodePlan] = Field(min_length=1, max_length=120)
    missing: dict[str, Missing] = {}


class NumberItem(_Part):
    """A number: its mean is estimated, and its total over all clients where `total` is set."""

    kind: Literal["number"]
    missing: dict[str, Missing] = {}
    minimum: float | None = None
    maximum: float | None = None
    total: bool = False
    quantiles: tuple[Annotated[float, Field(gt=0, lt=1)], ...] = ()


ItemPlan: TypeAlias = Annotated[ScaleItem | ChoicesItem | NumberItem, Field(discriminator="kind")]


class RatioPlan(_Part):
    """The total of one number over the total of another, such as days of waiting for each application."""

    numerator: str
    denominator: str


class CompositePlan(_Part):
    """A theme score: the mean of the scores of `items`, for those who have at least `minimum_valid` of them.

    Where higher is not better, it is 100 minus that mean: scores of items are higher for a better experience.
    """

    items: tuple[str, ...] = Field(min_length=1)
    minimum_valid: int = Field(ge=1)
    higher_is_better: bool = True


class StagePlan(_Part):
    """A stage of sampling: the column that names the `cluster` (household, provider, person over waves).

    `population` is the column with the number of clusters: in the stratum for the first stage, in the cluster of the stage
    before for the next.
    """

    cluster: str
    population: str | None = None


class Act(StrEnum):
    """The law under which the support was given: it says which breakdowns are forbidden."""

    WMO = "wmo"
    JEUGDWET = "jeugdwet"
    PARTICIPATIEWET = "participatiewet"


class DesignPlan(_Part):
    """Columns of the data: `strata`, the `unit` that strata belong to, the `population` of the stratum, the `weights`.

    `populations` gives the population by stratum instead of by column. Without weights a respondent stands for
    population divided by respondents; without a population the weights are used as they are, and nothing is finite.
    With `stages` clusters were drawn, not respondents; the populations of the stages then take the place of `population`.
    `wave` names the column of the measurement where the data hold more than one; it is one of the subgroups. Samples of
    waves that were drawn apart have strata of their own; persons who were asked twice are clusters.
    """

    strata: str | None = None
    unit: str | None = None
    population: str | None = None
    populations: dict[str, float] = {}
    weights: str | None = None
    stages: tuple[StagePlan, ...] = ()
    wave: str | None = None


class AnalysisPlan(_Part):
    """What is estimated: each item and composite, for everyone and by each of the `subgroups`.

    `inference` is for levels, `comparison_inference` for differences. `references` are compared with besides all units
    together; `subgroup_contrasts` compares each level of a subgroup with the others in its unit. `preregistered` names the
    few items and scores on which one had set one's mind before the data came: they are a family of their own.
    """

    act: Act | None = None
    provider: str | None = None  # the item or column that names the provider of the support
    design: DesignPlan = DesignPlan()
    items: dict[str, ItemPlan] = Field(min_length=1)
    subgroups: tuple[str, ...] = ()
    composites: dict[str, CompositePlan] = {}
    ratios: dict[str, RatioPlan] = {}
    references: dict[str, ReferencePlan] = {}
    subgroup_contrasts: bool = False
    preregistered: tuple[str, ...] = ()
    weighting: WeightingScheme | None = None
    confidence: float = Field(default=0.95, gt=0.5, lt=1)
    inference: Inference = Inference.FINITE
    comparison_inference: Inference = Inference.PROCESS
    lonely: Lonely = Lonely.ADJUST
    profile: Literal["municipality", "public", "national"] = "municipality"
    floor: int | None = Field(default=None, ge=1)

    @property
    def policy(self) -> DisclosurePolicy:
        """What may leave of this analysis: its profile, with a higher floor where the plan asks for one."""
        policy = shipped_policy(self.profile)
        return policy if self.floor is None else policy.model_copy(update={"floor": self.floor})

    @property
    def needs_rows(self) -> bool:
        """Whether the plan asks for what does not follow from tables of strata."""
        quantiles = any(isinstance(item, NumberItem) and item.quantiles for item in self.items.values())
        return bool(quantiles or self.ratios or self.design.stages or self.weighting)

    @property
    def forbidden_subgroups(self) -> tuple[str, ...]:
        """The subgroups that the law of this plan forbids; without a law, all that the policy forbids under any."""
        names = {it.breakdown for it in self.policy.forbidden if self.act is None or it.law in {self.act, None}}
        roles = {self.provider} if names & {"provider", "aanbieder"} else set()
        return tuple(name for name in self.subgroups if name in names | roles)


def plan_of(codebook: Codebook) -> AnalysisPlan:
    """Return what a round is asked: every closed question and number, by every breakdown of the questionnaire."""
    items = {variable.item: item for variable in codebook.variables if (item := _item(variable)) is not None}
    composites = {
        composite.composite: CompositePlan(
            items=composite.items,
            minimum_valid=composite.minimum_valid,
            higher_is_better=composite.higher_is_better,
        )
        for composite in codebook.composites
    }
    closed = [name for name, item in items.items() if not isinstance(item, NumberItem)]
    subgroups = tuple(
        variable.item for variable in codebook.variables if variable.breakdown and variable.item in closed
    )
    return AnalysisPlan(items=items, composites=composites, subgroups=subgroups)


def _item(variable: Variable) -> ScaleItem | ChoicesItem | NumberItem | None:
    missing = {code.code: code.reason for code in variable.missing}
    graded = variable.kind is VariableKind.INTEGER and variable.codes
    codes = {
        code.code: CodePlan(score=code.score, positive=code.positive, value=float(code.code) if graded else None)
        for code in variable.codes
    }
    if variable.kind in NOT_COUNTED:
        return None
    if variable.kind is VariableKind.INTEGER and not graded:
        return NumberItem(kind="number", missing=missing, minimum=variable.minimum, maximum=variable.maximum)
    if variable.kind is VariableKind.MULTI:
        return ChoicesItem(kind="choices", codes=codes, missing=missing)
    return ScaleItem(kind="scale", codes=codes, missing=missing)
