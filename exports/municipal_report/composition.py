"""Who answered beside who was on the list: made safe to show, and told."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from pydantic import TypeAdapter

from analysis.response_composition import CategoryComparison, Difference
from analysis.results import NotEstimable, Suppressed
from exports.blocks import lean_table, number, percentage
from exports.municipal_report.additions import CategoryShares, Composition, ShareDifference, TraitShares
from exports.report import Block, Bullets, Number, Paragraph, Subheading, Table
from exports.wording import percentage_words, reason_words

TITLE: Final = "Wie antwoordden wel, en wie niet?"
FORMAT: Final = "ceo-composition/1"
# Shares are told in whole percents: from exact ones the number of people behind them would follow.
_PERCENTS: Final = 100
# Binary fractions such as 0.29 * 100 miss a whole number by this much at most.
_EXACT: Final = 1e-9
# Of a trait with fewer groups nothing can be said about a group without saying it about the other.
_FEWEST_GROUPS: Final = 2
_HEAD: Final = ("Groep", "In de lijst", "In de antwoorden", "Verschil", "Van", "Tot", "Let op")
_NOTE: Final = (
    "Verschil: deel van de antwoorden min deel van de lijst, in procentpunten. De antwoorden zijn hier geteld naar de lijst: "
    "een antwoord telt zwaarder als het voor meer cliënten staat."
)


@dataclass(frozen=True, slots=True)
class TraitWords:
    """What a trait is called, and its groups by their code; unknown codes keep their code."""

    title: str
    labels: Mapping[str, str] = field(default_factory=dict)


def protect_composition(
    found: Mapping[str, Sequence[CategoryComparison]], words: Mapping[str, TraitWords], *, floor: int
) -> Composition:
    """Return who answered beside who was on the list, without groups of fewer than `floor` people who answered, in whole percents.

    Hidden groups hold at least `floor` people together, and are at least two: nobody can work out one from the rest. What of a trait
    cannot be shown that way is left out. A higher floor hides the same groups and more, so what is told with one floor takes away
    nothing of what is hidden with another. Traits stand in the order of `words`.
    Source: Hundepool et al. (2012), Statistical Disclosure Control, chapter 4 (threshold rule, secondary suppression, rounding).

    >>> from analysis.response_composition import CategoryCount, compare_composition
    >>> ages = [CategoryCount("", name, 100, 50, n) for name, n in (("jong", 4), ("midden", 12), ("oud", 30), ("oudst", 31))]
    >>> made = protect_composition(compare_composition({"age": ages}), {"age": TraitWords("Leeftijd")}, floor=10)
    >>> [(group.label, getattr(group.in_answers, "reason", "shown")) for group in made.traits[0].groups]
    [('jong', 'fewer_than_floor'), ('midden', 'complement'), ('oud', 'shown'), ('oudst', 'shown')]
    """
    traits = []
    for trait, name in words.items():
        groups = found.get(trait, ())
        hidden = _hidden(groups, floor)
        if len(groups) - len(hidden) >= _FEWEST_GROUPS:
            traits.append(TraitShares(name.title, tuple(_shares(it, hidden, name) for it in groups)))
    return Composition(tuple(traits))


def write_compositions(found: Mapping[str, Composition]) -> bytes:
    """Return compositions by municipality as canonical JSON: equal content gives equal bytes.

    >>> read_compositions(write_compositions({"GM0344": Composition(())}))
    {'GM0344': Composition(traits=())}
    """
    document = {"format": FORMAT, "municipalities": _by_municipality().dump_python(dict(found), mode="json")}
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read_compositions(content: bytes) -> dict[str, Composition]:
    """Return what `write_compositions` wrote."""
    return _by_municipality().validate_python(json.loads(content)["municipalities"])


def composition_blocks(composition: Composition, *, floor: int) -> list[Block]:
    """Return what is told about who answered: the groups that differ, and a table for each trait."""
    if not composition.traits:
        return []
    known = Paragraph(
        text="Dit weten we alleen van wat in de lijst staat. Op andere punten kunnen de mensen die antwoordden ook verschillen."
    )
    return [
        Subheading(text=TITLE),
        *_told(composition),
        known,
        *(_table(trait, floor) for trait in composition.traits),
    ]


def groups_that_matter(composition: Composition) -> tuple[tuple[str, ShareDifference], ...]:
    """Return the groups whose share of the answers differs from their share of the list, enough to tell, with that difference."""
    return tuple(
        (f"{trait.title.lower()}: {group.label}", group.difference)
        for trait in composition.traits
        for group in trait.groups
        if isinstance(group.difference, ShareDifference) and group.difference.matters
    )


@cache
def _by_municipality() -> TypeAdapter[dict[str, Composition]]:
    return TypeAdapter(dict[str, Composition])


def _hidden(groups: Sequence[CategoryComparison], floor: int) -> dict[str, str]:
    """Return by category why it is hidden."""
    hidden = {it.category: "fewer_than_floor" for it in groups if it.respondents < floor}
    people = sum(it.respondents for it in groups if it.category in hidden)
    for it in sorted(groups, key=lambda group: group.respondents):
        if hidden and it.category not in hidden and (len(hidden) < _FEWEST_GROUPS or people < floor):
            hidden[it.category] = "complement"
            people += it.respondents
    return hidden


def _shares(found: CategoryComparison, hidden: Mapping[str, str], words: TraitWords) -> CategoryShares:
    label = words.labels.get(found.category, found.category)
    if found.category in hidden:
        reason = Suppressed(hidden[found.category])
        return CategoryShares(label, reason, reason, reason)
    listed = round(found.in_frame, 2)
    if isinstance(found.in_response, NotEstimable) or isinstance(found.difference, NotEstimable):
        nothing = NotEstimable("no_respondents", 0)
        return CategoryShares(label, listed, nothing, nothing)
    answered = round(found.in_response, 2)
    return CategoryShares(label, listed, answered, _told_difference(found.difference, round(answered - listed, 2)))


def _told_difference(found: Difference, value: float) -> ShareDifference:
    """Return a difference in whole percents: that of the shares as they are told, and its interval rounded outwards."""
    low = math.floor(found.low * _PERCENTS + _EXACT) / _PERCENTS
    high = math.ceil(found.high * _PERCENTS - _EXACT) / _PERCENTS
    return ShareDifference(value, min(low, value), max(high, value), found.matters)


def _told(composition: Composition) -> list[Block]:
    lines = tuple(
        f"{trait.title}, {group.label}: {_side(group.difference)}. "
        f"Deze groep is {percentage_words(group.in_answers)} van de antwoorden en {percentage_words(group.in_list)} van de lijst."
        for trait in composition.traits
        for group in trait.groups
        if isinstance(group.difference, ShareDifference)
        and group.difference.matters
        and isinstance(group.in_answers, float)
        and isinstance(group.in_list, float)
    )
    if not lines:
        return [
            Paragraph(text="We zien geen duidelijk verschil tussen de mensen die antwoordden en iedereen op de lijst.")
        ]
    return [
        Paragraph(text="Sommige groepen antwoordden vaker of minder vaak dan andere groepen op de lijst."),
        Bullets(items=lines),
    ]


def _side(difference: ShareDifference) -> str:
    return "antwoordde vaker" if difference.value > 0 else "antwoordde minder vaak"


def _table(trait: TraitShares, floor: int) -> Table:
    return lean_table(
        f"{trait.title}: deel van de lijst en deel van de antwoorden",
        _HEAD,
        [_row(group, floor) for group in trait.groups],
        _NOTE,
    )


def _row(group: CategoryShares, floor: int) -> tuple[str | Number, ...]:
    missing = next(
        (it for it in (group.in_answers, group.difference) if isinstance(it, NotEstimable | Suppressed)), None
    )
    listed = "-" if isinstance(group.in_list, Suppressed) else percentage(group.in_list)
    if missing is not None:
        return (group.label, listed, "-", "-", "-", "-", reason_words(missing, floor=floor))
    assert isinstance(group.in_answers, float)
    assert isinstance(group.difference, ShareDifference)
    difference = group.difference
    points = (number(round(part * _PERCENTS)) for part in (difference.value, difference.low, difference.high))
    remark = _side(difference) if difference.matters else ""
    return (group.label, listed, percentage(group.in_answers), *points, remark)
