"""Who answered, beside who was to be asked: for each trait of the frame the shares in frame, sample and response.

Clients who answer differ from those who do not. Where it shows in what is known of everybody, it can be told and weighted
for; where it does not show, it may be there all the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from analysis.comparison.multiplicity import Adjustment, adjust_p
from analysis.results import NotEstimable

# A smaller difference changes no result that is weighted or not: five points of a hundred.
NOTEWORTHY = 0.05
_SIGNIFICANT = 0.05
# What sums of floats may differ.
_FUZZ = 1e-12


@dataclass(frozen=True, slots=True)
class CategoryCount:
    """People of a stratum in one category of a trait: all in the frame, those who were invited, and those who answered."""

    stratum: str
    category: str
    population: int
    invited: int
    respondents: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Share in the response less share in the frame, a fraction −1 to 1, with the interval `low` to `high`.

    `adjusted_p`: over all categories that were compared. `matters`: more than `NOTEWORTHY`, and more than chance.
    """

    value: float
    low: float
    high: float
    p: float
    adjusted_p: float

    @property
    def matters(self) -> bool:
        """Whether the difference is worth telling."""
        return abs(self.value) > NOTEWORTHY and self.adjusted_p < _SIGNIFICANT


@dataclass(frozen=True, slots=True)
class CategoryComparison:
    """One category: counts of people, and shares 0-1. Those in sample and response are weighted by N_h/n_h."""

    category: str
    population: int
    invited: int
    respondents: int
    in_frame: float
    in_sample: float | NotEstimable
    in_response: float | NotEstimable
    difference: Difference | NotEstimable


def compare_composition(
    traits: Mapping[str, Sequence[CategoryCount]], *, confidence: float = 0.95
) -> dict[str, tuple[CategoryComparison, ...]]:
    """Return for each trait its categories, in order of name, with how response and frame differ.

    With w_h = N_h/n_h, a category k has the share p = Σ w_h·r_hk/Σ w_h·r_h in the response, and P = N_k/N in the frame. The
    frame is fixed; drawing and answering are chance. With u_i = y_i − p, y_i = 1 in the category, W = Σ w_h·r_h and ρ the
    share that answers, V = Σ (w_h/W)²·n_h·((1 − n_h/N_h)·s²_h(ρu) + mean_h(ρ(1 − ρ)u²)). The interval p − P ∓ z·√V takes ρ_hk
    of a category within its stratum, with one more person who answers as the stratum does; the test takes ρ_h and P, as if
    everybody in a stratum answers alike. p-values are adjusted over all categories of all traits by Holm, and a trait of
    two categories is one question.
    Source: Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, sections 5.5 and 15.6 (ratio, two phases);
    Holm (1979), as at `adjust_p`.

    >>> sexes = [CategoryCount("Hulp", "man", 400, 200, 60), CategoryCount("Hulp", "woman", 600, 300, 180)]
    >>> [man, woman] = compare_composition({"sex": sexes})["sex"]
    >>> round(man.in_frame, 2), round(man.in_response, 2), round(man.difference.value, 2), man.difference.matters
    (0.4, 0.25, -0.15, True)
    """
    found = {trait: _categories(counts) for trait, counts in traits.items()}
    shifts = {
        (trait, category): _shift(whole, confidence)
        for trait, categories in found.items()
        for category, whole in categories.items()
    }
    adjusted = _adjusted(shifts, {trait: len(categories) for trait, categories in found.items()})
    return {
        trait: tuple(
            _compared(category, whole, shifts[trait, category], adjusted.get((trait, category), 1.0))
            for category, whole in categories.items()
        )
        for trait, categories in found.items()
    }


@dataclass(frozen=True, slots=True)
class _Part:
    """A stratum cut in two: those within a category, and all."""

    population: tuple[int, int]
    invited: tuple[int, int]
    respondents: tuple[int, int]

    @property
    def weight(self) -> float:
        return self.population[1] / self.invited[1]

    def variance(self, centre: float, answering: tuple[float, float]) -> float:
        """Return n_h·((1 − n_h/N_h)·s²(ρu) + mean(ρ(1 − ρ)u²)), for ρ within and outside the category."""
        n, within = self.invited[1], self.invited[0] / self.invited[1]
        inside, outside = answering
        left = (1 - n / self.population[1]) * n / max(n - 1, 1)
        drawing = left * within * (1 - within) * (inside * (1 - centre) + outside * centre) ** 2
        answer = within * inside * (1 - inside) * (1 - centre) ** 2
        return n * (drawing + answer + (1 - within) * outside * (1 - outside) * centre**2)

    @property
    def answering(self) -> float:
        return self.respondents[1] / self.invited[1]

    @property
    def answering_apart(self) -> tuple[float, float]:
        """Return ρ within the category and outside it; nobody is taken to answer always or never."""
        inside = (self.respondents[0] + self.answering) / (self.invited[0] + 1)
        outside = self.respondents[1] - self.respondents[0] + self.answering
        return inside, outside / (self.invited[1] - self.invited[0] + 1)


def _categories(counts: Iterable[CategoryCount]) -> dict[str, tuple[_Part, ...]]:
    """Return for each category all strata, cut in two."""
    rows: dict[str, dict[str, list[int]]] = {}
    whole: dict[str, list[int]] = {}
    for count in counts:
        numbers = (count.population, count.invited, count.respondents)
        for sums in (
            rows.setdefault(count.category, {}).setdefault(count.stratum, [0, 0, 0]),
            whole.setdefault(count.stratum, [0, 0, 0]),
        ):
            sums[:] = [old + new for old, new in zip(sums, numbers, strict=True)]
    none = [0, 0, 0]
    return {
        category: tuple(_part(rows[category].get(stratum, none), whole[stratum]) for stratum in sorted(whole))
        for category in sorted(rows)
    }


def _part(within: Sequence[int], whole: Sequence[int]) -> _Part:
    return _Part((within[0], whole[0]), (within[1], whole[1]), (within[2], whole[2]))


def _shift(parts: Sequence[_Part], confidence: float) -> Difference | NotEstimable:
    """Return the difference, its p-value not adjusted yet."""
    asked = [part for part in parts if part.invited[1]]
    answered = sum(part.weight * part.respondents[1] for part in asked)
    if not answered:
        return NotEstimable("no_respondents", 0)
    share = sum(part.weight * part.respondents[0] for part in asked) / answered
    in_frame = sum(part.population[0] for part in parts) / sum(part.population[1] for part in parts)
    scale = [(part, (part.weight / answered) ** 2) for part in asked]
    apart = math.sqrt(sum(factor * part.variance(share, part.answering_apart) for part, factor in scale))
    alike = math.sqrt(sum(factor * part.variance(in_frame, (part.answering,) * 2) for part, factor in scale))
    normal, value = NormalDist(), share - in_frame
    half = normal.inv_cdf((1 + confidence) / 2) * apart
    p = 2 * normal.cdf(-abs(value) / alike) if alike else float(abs(value) < _FUZZ)
    return Difference(value, value - half, value + half, p, p)


def _adjusted(
    shifts: Mapping[tuple[str, str], Difference | NotEstimable], sizes: Mapping[str, int]
) -> dict[tuple[str, str], float]:
    """Return the adjusted p-values. The second of two categories says what the first one says, and is no question of its own."""
    tested = {place: shift for place, shift in shifts.items() if isinstance(shift, Difference)}
    second = {
        trait: sorted(category for its_trait, category in tested if its_trait == trait)[1:]
        for trait, size in sizes.items()
        if size == 2  # noqa: PLR2004 - a pair
    }
    asked = [place for place in tested if place[1] not in second.get(place[0], [])]
    adjusted = adjust_p(np.array([tested[place].p for place in asked], dtype=np.float64), Adjustment.HOLM)
    found = dict(zip(asked, (float(p) for p in adjusted), strict=True))
    for trait, [category] in ((trait, rest) for trait, rest in second.items() if rest):
        found[trait, category] = next(p for place, p in found.items() if place[0] == trait)
    return found


def _compared(
    category: str, parts: Sequence[_Part], shift: Difference | NotEstimable, adjusted_p: float
) -> CategoryComparison:
    asked = [part for part in parts if part.invited[1]]
    population = sum(part.population[0] for part in parts)
    in_frame = population / max(sum(part.population[1] for part in parts), 1)
    drawn = sum(part.weight * part.invited[1] for part in asked)
    difference: Difference | NotEstimable = shift
    if isinstance(shift, Difference):
        difference = Difference(shift.value, shift.low, shift.high, shift.p, adjusted_p)
    return CategoryComparison(
        category,
        population,
        invited=sum(part.invited[0] for part in parts),
        respondents=sum(part.respondents[0] for part in parts),
        in_frame=in_frame,
        in_sample=sum(part.weight * part.invited[0] for part in asked) / drawn if drawn else _NOBODY,
        in_response=in_frame + shift.value if isinstance(shift, Difference) else shift,
        difference=difference,
    )


_NOBODY = NotEstimable("no_cases", 0)
