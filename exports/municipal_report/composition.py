"""Who answered beside who was on the list: made safe to show, and told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from analysis.response_composition import CategoryComparison, Difference
from analysis.results import NotEstimable, Suppressed
from exports.blocks import lean_table, number, percentage
from exports.municipal_report.additions import CategoryShares, Composition, TraitShares
from exports.report import Block, Bullets, Number, Paragraph, Subheading, Table
from exports.wording import percentage_words, reason_words

TITLE: Final = "Wie antwoordden wel, en wie niet?"
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
    """Return who answered beside who was on the list, without groups of fewer than `floor` people who answered.

    Hidden groups hold at least `floor` people together, and are at least two: nobody can work out one from the rest. What of a trait
    cannot be shown that way is left out. Traits stand in the order of `words`.
    Source: Hundepool et al. (2012), Statistical Disclosure Control, chapter 4 (threshold rule, secondary suppression).

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


def groups_that_matter(composition: Composition) -> tuple[tuple[str, Difference], ...]:
    """Return the groups whose share of the answers differs from their share of the list, enough to tell, with that difference."""
    return tuple(
        (f"{trait.title.lower()}: {group.label}", group.difference)
        for trait in composition.traits
        for group in trait.groups
        if isinstance(group.difference, Difference) and group.difference.matters
    )


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
    return CategoryShares(label, found.in_frame, found.in_response, found.difference)


def _told(composition: Composition) -> list[Block]:
    lines = tuple(
        f"{trait.title}, {group.label}: {_side(group.difference)}. "
        f"Deze groep is {percentage_words(group.in_answers)} van de antwoorden en {percentage_words(group.in_list)} van de lijst."
        for trait in composition.traits
        for group in trait.groups
        if isinstance(group.difference, Difference)
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


def _side(difference: Difference) -> str:
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
    assert isinstance(group.difference, Difference)
    difference = group.difference
    points = (number(part * 100, decimals=1) for part in (difference.value, difference.low, difference.high))
    remark = _side(difference) if difference.matters else ""
    return (group.label, listed, percentage(group.in_answers), *points, remark)
