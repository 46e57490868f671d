"""Protected results read with their labels: which figure stands where, and what it is called."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from analysis.plan import NOT_COUNTED
from analysis.results import Cell, Measure, NotEstimable, Pair, ProtectedComparison, ProtectedFigure, ProtectedResults
from analysis.units.banding import Band, NotBanded
from exports.municipal_report.additions import Additions
from questionnaires.codebook import Codebook, CompositeVariable, Variable

EVERYONE = "alle gemeenten samen"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContext:
    """For whom a report is, and about which round. Counts are of this municipality; `counted` is used in the figures.

    `units` holds the names of all municipalities in the results by their code, this one included. `address` is where
    the results stand on the web; empty when nowhere.
    """

    municipality: str
    municipality_name: str
    round_title: str
    period: str
    simulated: bool
    invited: int
    submitted: int
    counted: int
    units: Mapping[str, str]
    questionnaire: str
    questionnaire_version: int
    questionnaire_hash: str
    software_version: str
    made_on: date
    address: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """The results of one round, seen by one municipality."""

    results: ProtectedResults
    codebook: Codebook
    context: ReportContext
    additions: Additions = field(default_factory=Additions)

    @property
    def floor(self) -> int:
        """Return the smallest number of respondents that may be shown."""
        return self.results.policy.floor

    @property
    def own(self) -> str:
        """Return the code of the municipality that reads."""
        return self.context.municipality

    def own_figure(self, measure: Measure, item: str, category: str = "") -> ProtectedFigure | None:
        """Return a figure of this municipality; None when the analysis did not ask for it."""
        return self.results.figures.get(Cell(measure, item, category, self.own))

    def total_figure(self, measure: Measure, item: str, category: str = "") -> ProtectedFigure | None:
        """Return a figure of all municipalities together; None when the analysis did not ask for it."""
        return self.results.figures.get(Cell(measure, item, category))

    def comparison(self, item: str, measure: Measure = Measure.SCORE) -> ProtectedComparison | None:
        """Return this municipality against all together; None when the analysis did not ask for it."""
        return self.results.comparisons.get(Pair(Cell(measure, item, "", self.own)))

    def band(self, item: str) -> Band | NotBanded | NotEstimable | None:
        """Return where this municipality lies among all; None when that was not looked at."""
        return self.additions.bands.get(Cell(Measure.SCORE, item, "", self.own))

    def units_by_name(self) -> list[str]:
        """Return the codes of all municipalities in the results, in order of name."""
        present = {cell.unit for cell in self.results.figures if cell.unit}
        return sorted(present, key=lambda unit: name_order(self.context.units.get(unit, unit)))

    def breakdowns(self) -> list[Variable]:
        """Return the variables that groups are made of, in the order of the questionnaire."""
        present = {cell.breakdown for cell in self.results.figures if cell.unit == self.own}
        return [variable for variable in self.codebook.variables if variable.item in present]

    def shown_cells(self) -> list[Cell]:
        """Return every cell that this report is about: all of its own and of the total, and the theme scores of others."""
        themes = {composite.composite for composite in self.codebook.composites}
        asked = {variable.item for variable in self.codebook.variables}
        return [
            cell
            for cell in self.results.figures
            # Questions that only others ask are theirs to show.
            if cell.item in themes | asked
            and (not cell.breakdown or cell.breakdown in asked)
            and (cell.unit in (self.own, "") or (cell.item in themes and not cell.breakdown))
        ]

    def loose_variables(self) -> list[Variable]:
        """Return the asked variables that are in no theme score and are no group; words and days are left out."""
        grouped = {item for composite in self.codebook.composites for item in composite.items}
        return [
            variable
            for variable in self.codebook.variables
            if variable.item not in grouped and not variable.breakdown and variable.kind not in NOT_COUNTED
        ]

    def theme_variables(self, composite: CompositeVariable) -> list[Variable]:
        """Return the variables of a theme score, in its own order."""
        return [self.codebook.variable(item) for item in composite.items]


def name_order(name: str) -> str:
    """Return the key that sorts names the Dutch way: accents, apostrophes and capitals do not count.

    >>> sorted(["Zeist", "'s-Hertogenbosch", "Súdwest-Fryslân", "Aalten"], key=name_order)
    ['Aalten', "'s-Hertogenbosch", 'Súdwest-Fryslân', 'Zeist']
    """
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(sign for sign in plain if sign.isalnum())
