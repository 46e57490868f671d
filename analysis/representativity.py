"""R-indicators: how evenly people answered over the traits of the frame, in one number between 0 and 1, and which traits matter.

1 means that each kind of client answers as often. It says nothing about traits that the frame does not know, and compares
only surveys that look at the same traits. Shares of answering are estimated in the cells of all traits crossed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analysis.results import NotEstimable


@dataclass(frozen=True, slots=True)
class AnsweringCell:
    """People who are alike in each of the traits, and were drawn with the same chance: all, the invited, and those who answered."""

    traits: tuple[str, ...]
    population: int
    invited: int
    respondents: int

    @property
    def answering(self) -> float:
        """ρ, the share of the invited who answered."""
        return self.respondents / self.invited


@dataclass(frozen=True, slots=True)
class Representativity:
    """How even the response was: `indicator` and `adjusted` from 0 to 1. `response`: the mean share ρ̄ of people who answer.

    `largest_bias`: at most so many standard deviations the mean of any variable can be off, were it to follow the cells.
    """

    response: float
    indicator: float
    adjusted: float
    largest_bias: float


@dataclass(frozen=True, slots=True)
class PartialIndicator:
    """How far one trait is uneven: `unconditional` by itself, `conditional` beside the other traits; both 0 to 0.5.

    `categories`: of each category by itself, below 0 when it answers less than others.
    """

    unconditional: float
    conditional: float
    categories: Mapping[str, float]


def r_indicator(cells: Iterable[AnsweringCell]) -> Representativity | NotEstimable:
    """Return R = 1 − 2·S(ρ) of the response, with the bias of small cells taken away, and S(ρ)/ρ̄ as the largest bias.

    S² = Σ N_c/N·(ρ_c − ρ̄)² over cells c, ρ_c = r_c/n_c. By chance alone cells differ, so R is too low; adjusted
    S²_adj = (1 + 1/n − 1/N)·S² − Σ N_c/N·ρ_c(1 − ρ_c)/n_c, not below 0: what the general form for logistic models comes
    to when the model is the cells. Cells of whom nobody was invited are left out.
    Source: Schouten, Cobben & Bethlehem (2009), Survey Methodology 35, 101-113; adjusted form: Shlomo, Skinner & Schouten
    (2012), Journal of Statistical Planning and Inference 142, 201-211. S² is divided by N, not N − 1, so that R is never
    below 0.

    >>> found = r_indicator([AnsweringCell(("man",), 500, 100, 30), AnsweringCell(("woman",), 500, 100, 50)])
    >>> [round(it, 3) for it in (found.response, found.indicator, found.adjusted, found.largest_bias)]
    [0.4, 0.8, 0.824, 0.25]
    """
    known = _known(cells)
    if not known:
        return NotEstimable("no_cases", 0)
    everybody, invited = sum(it.population for it in known), sum(it.invited for it in known)
    mean, variance = _mean(known), _variance(known)
    chance = sum(it.population * it.answering * (1 - it.answering) / it.invited for it in known) / everybody
    adjusted = (1 + 1 / invited - 1 / everybody) * variance - chance
    if not mean:
        return NotEstimable("no_respondents", 0)
    spread = math.sqrt(variance)
    return Representativity(
        response=mean,
        indicator=max(0.0, 1 - 2 * spread),
        adjusted=max(0.0, 1 - 2 * math.sqrt(max(adjusted, 0.0))),
        largest_bias=spread / mean,
    )


def partial_r_indicators(cells: Iterable[AnsweringCell], names: Sequence[str]) -> dict[str, PartialIndicator]:
    """Return for each trait how much of the unevenness it carries; `names` are those of the traits, in their order.

    Unconditional: P(X) = √(Σ_k N_k/N·(ρ_k − ρ̄)²), and of a category √(N_k/N)·(ρ_k − ρ̄). Conditional, within the
    cells u of all other traits: √(Σ_c N_c/N·(ρ_c − ρ_u)²), which is 0 when the others explain all that X shows. Not
    adjusted for small cells. Nothing for cells of whom nobody was invited.
    Source: Schouten, Shlomo & Skinner (2011), Journal of Official Statistics 27, 231-253.

    >>> men = [AnsweringCell(("man", "young"), 250, 50, 10), AnsweringCell(("man", "old"), 250, 50, 20)]
    >>> women = [AnsweringCell(("woman", "young"), 250, 50, 20), AnsweringCell(("woman", "old"), 250, 50, 30)]
    >>> sex = partial_r_indicators(men + women, ["sex", "age"])["sex"]
    >>> round(sex.unconditional, 3), round(sex.conditional, 3), round(sex.categories["man"], 3)
    (0.1, 0.1, -0.071)
    """
    known = _known(cells)
    everybody, mean = sum(it.population for it in known), _mean(known)
    found = {}
    for place, name in enumerate(names):
        categories = {
            category: math.sqrt(sum(it.population for it in group) / everybody) * (_mean(group) - mean)
            for (category,), group in sorted(_alike(known, (place,)).items())
        }
        others = _alike(known, tuple(it for it in range(len(names)) if it != place)).values()
        within = sum(sum(it.population for it in group) / everybody * _variance(group) for group in others)
        between = sum(part**2 for part in categories.values())
        found[name] = PartialIndicator(math.sqrt(between), math.sqrt(within), categories)
    return found


def _known(cells: Iterable[AnsweringCell]) -> list[AnsweringCell]:
    return [cell for cell in cells if cell.invited and cell.population]


def _alike(cells: Sequence[AnsweringCell], places: Sequence[int]) -> dict[tuple[str, ...], list[AnsweringCell]]:
    """Return the cells by the traits at some places."""
    groups: dict[tuple[str, ...], list[AnsweringCell]] = {}
    for cell in cells:
        groups.setdefault(tuple(cell.traits[place] for place in places), []).append(cell)
    return groups


def _mean(cells: Sequence[AnsweringCell]) -> float:
    everybody = sum(it.population for it in cells)
    return math.fsum(it.population * it.answering for it in cells) / everybody if everybody else 0.0


def _variance(cells: Sequence[AnsweringCell]) -> float:
    mean, everybody = _mean(cells), sum(it.population for it in cells)
    return math.fsum(it.population * (it.answering - mean) ** 2 for it in cells) / everybody
