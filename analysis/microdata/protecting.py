"""Protecting microdata: first coarser for everybody, then suppressed for the few who still stand out, then weights that do not tell.

k-anonymity: by the quasi-identifiers everybody is like at least k - 1 others. It says nothing about the other answers: where all k gave the
same one, it is known of each. Agreements are for that.
Source: Sweeney (2002), International Journal of Uncertainty, Fuzziness and Knowledge-Based Systems 10, 557-570;
Hundepool et al. (2012), Statistical Disclosure Control, chapter 3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from analysis.microdata.collecting import Collected, collect
from analysis.microdata.protected import ProtectedMicrodata, ProtectionReport, VariableLoss
from analysis.microdata.recoding import recode
from analysis.microdata.records import REASONS, SUPPRESSED, WEIGHT, Records, Role, sorted_records
from analysis.microdata.rule import AreaGiven, MicrodataFault, MicrodataRule, Place
from analysis.microdata.suppressing import class_sizes, suppress
from analysis.microdata.weighing import shared_weights
from analysis.pooling import Pooled
from analysis.snapshots import Snapshot
from questionnaires.answers import Missing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


_ANSWERS: Final = (Role.ANSWER, Role.OPTION)


def protect_microdata(
    snapshots: Sequence[Snapshot], pooled: Pooled, rule: MicrodataRule, places: Mapping[str, Place]
) -> ProtectedMicrodata | tuple[MicrodataFault, ...]:
    """Return the answers of sealed rounds as a rule lets them leave, or everything that stands in the way.

    `places` gives by code of the municipality the area that the rule asks for. Own words, days, the mode, the language and what links
    people over rounds never leave, whatever the rule says.
    """
    found = collect(snapshots, pooled, rule, places)
    return protect_records(found, rule) if isinstance(found, Collected) else found


def protect_records(collected: Collected, rule: MicrodataRule) -> ProtectedMicrodata | tuple[MicrodataFault, ...]:
    """Return protected records, or why they cannot be: too few, or too much would have to be suppressed."""
    given = collected.records
    if len(given) < rule.k:
        cause = f"Er zijn {len(given)} mensen, en elke combinatie moet {rule.k} keer voorkomen."
        return (MicrodataFault("k", cause, "Neem meer metingen samen."),)
    recoded, changed = recode(given, rule)
    hidden = suppress(_keys(recoded, collected.identifiers), rule.k)
    if hidden.any(axis=1).mean() > rule.largest_suppressed:
        return (_too_much(hidden, collected.identifiers, rule, given),)
    kept = _suppressed(recoded, hidden, collected.identifiers)
    keys = _keys(kept, collected.identifiers)
    fewest = 1 if rule.area is AreaGiven.MUNICIPALITY else rule.fewest_municipalities
    weights = shared_weights(kept.columns[WEIGHT], keys, collected.municipality, k=rule.k, municipalities=fewest)
    weighed = Records(kept.variables, {**kept.columns, WEIGHT: weights})
    report = _report(collected, weighed, hidden, changed)
    return ProtectedMicrodata(sorted_records(weighed), rule, collected.identifiers, report)


def _report(collected: Collected, after: Records, hidden: NDArray[Any], changed: Mapping[str, int]) -> ProtectionReport:
    before = collected.records
    sizes = [class_sizes(_keys(records, collected.identifiers)) for records in (before, after)]
    return ProtectionReport(
        records=len(before),
        smallest_class_before=int(sizes[0].min()),
        smallest_class_after=int(sizes[1].min()),
        unique_before=int((sizes[0] == 1).sum()),
        unique_after=int((sizes[1] == 1).sum()),
        suppressed_records=int(hidden.any(axis=1).sum()),
        weight_before=float(before.columns[WEIGHT].sum()),
        weight_after=float(after.columns[WEIGHT].sum()),
        variables=_losses(before, after, changed),
    )


def _keys(records: Records, identifiers: Sequence[Sequence[str]]) -> NDArray[np.int64]:
    """Return a number for every value of each quasi-identifier; one that stands in several columns counts as one."""
    import numpy as np

    keys = np.zeros((len(records), len(identifiers)), dtype=np.int64)
    for place, names in enumerate(identifiers):
        values = np.column_stack([records.columns[name] for name in names])
        keys[:, place] = np.unique(values, axis=0, return_inverse=True)[1].ravel()
    return keys


def _suppressed(records: Records, hidden: NDArray[Any], identifiers: Sequence[Sequence[str]]) -> Records:
    """Return the records without what is hidden, and without what would tell it again.

    A question that not everybody was asked tells by who was: where an identifier is suppressed, such questions are suppressed with it.
    Whole classes lose them together, so classes only grow.
    """
    import numpy as np

    columns = dict(records.columns)
    for place, names in enumerate(identifiers):
        for name in names:
            columns[name] = np.where(hidden[:, place], SUPPRESSED, columns[name]).astype(columns[name].dtype)
    some = hidden.any(axis=1)
    for one in records.variables:
        if one.role in _ANSWERS and (records.columns[one.name] == REASONS[Missing.NOT_ASKED]).any():
            columns[one.name] = np.where(some, SUPPRESSED, columns[one.name]).astype(columns[one.name].dtype)
    told = tuple(
        replace(one, reasons=tuple(sorted({*one.reasons, SUPPRESSED}, reverse=True)))
        if (columns[one.name] == SUPPRESSED).any()
        else one
        for one in records.variables
    )
    return Records(told, columns)


def _too_much(
    hidden: NDArray[Any], identifiers: Sequence[Sequence[str]], rule: MicrodataRule, given: Records
) -> MicrodataFault:
    share = float(hidden.any(axis=1).mean())
    most = identifiers[int(hidden.sum(axis=0).argmax())][0]
    label = next(one.label for one in given.variables if one.name == most)
    shown, largest = (f"{100 * it:.1f}".replace(".", ",") for it in (share, rule.largest_suppressed))
    return MicrodataFault(
        "largest_suppressed",
        f"Bij {shown} % van de mensen moet iets worden onderdrukt; {largest} % mag.",
        f"Maak grotere groepen, het eerst van ‘{label}’ ({most}), neem een groter gebied, of haal een vraag weg.",
    )


def _losses(before: Records, after: Records, changed: Mapping[str, int]) -> tuple[VariableLoss, ...]:
    import numpy as np

    return tuple(
        VariableLoss(
            name=one.name,
            label=one.label,
            categories_before=len(np.unique(old[old >= 0])),
            categories_after=len(np.unique(new[new >= 0])),
            recoded=changed.get(one.name, 0),
            suppressed=int((new == SUPPRESSED).sum()),
        )
        for one in after.variables
        if one.role is not Role.WEIGHT
        for old, new in ((before.columns[one.name], after.columns[one.name]),)
    )
