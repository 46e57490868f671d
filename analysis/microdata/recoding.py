"""Global recoding: answers become the groups that a rule declares, and numbers beyond its limits become these limits, in every record.

Source: Hundepool et al. (2012), Statistical Disclosure Control, chapter 3 (global recoding, top and bottom coding).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analysis.microdata.records import Category, MicrodataVariable, Records
from analysis.microdata.rule import Group, Limits, MicrodataRule
from questionnaires.codebook import VariableKind

if TYPE_CHECKING:
    from numpy.typing import NDArray


def recode(records: Records, rule: MicrodataRule) -> tuple[Records, Mapping[str, int]]:
    """Return recoded records, and by column how many records have another or a wider answer than they had.

    What is in its group, or within its limits, stays: recoding twice is recoding once.
    """
    variables, columns, changed = [], dict(records.columns), dict[str, int]()
    for one in records.variables:
        variable, column = one, columns[one.name]
        if one.variable in rule.coarsenings:
            variable, column, changed[one.name] = _grouped(one, column, rule.coarsenings[one.variable])
        elif one.variable in rule.limits:
            variable, column, changed[one.name] = _limited(one, column, rule.limits[one.variable])
        variables.append(variable)
        columns[one.name] = column
    return Records(tuple(variables), columns), changed


def _grouped(
    variable: MicrodataVariable, column: NDArray[Any], groups: Sequence[Group]
) -> tuple[MicrodataVariable, NDArray[Any], int]:
    """Return a variable with groups as categories, where their first answer stood; answers in no group stay."""
    import numpy as np

    categories = variable.categories or _numbers(variable)
    group_of = {code: group for group in groups for code in (*group.codes, group.code)}
    wanted: dict[str, str] = {}
    for one in categories:
        group = group_of.get(one.code)
        wanted.setdefault(group.code if group else one.code, group.label if group else one.label)
    numbers = {code: number for number, code in enumerate(wanted, start=1)}
    recoded, widened = column.copy(), np.zeros(len(column), dtype=np.bool_)
    for one in categories:
        group = group_of.get(one.code)
        here = column == one.number
        recoded[here] = numbers[group.code if group else one.code]
        widened |= here & (group is not None and group.code != one.code)
    kind = VariableKind.ORDINAL if variable.kind is VariableKind.INTEGER else variable.kind
    new = tuple(Category(numbers[code], code, label) for code, label in wanted.items())
    return replace(variable, kind=kind, categories=new, minimum=None, maximum=None), recoded, int(widened.sum())


def _numbers(variable: MicrodataVariable) -> tuple[Category, ...]:
    assert variable.minimum is not None, variable
    assert variable.maximum is not None, variable
    return tuple(Category(it, str(it), str(it)) for it in range(variable.minimum, variable.maximum + 1))


def _limited(
    variable: MicrodataVariable, column: NDArray[Any], limits: Limits
) -> tuple[MicrodataVariable, NDArray[Any], int]:
    import numpy as np

    assert variable.minimum is not None, variable
    assert variable.maximum is not None, variable
    bottom = variable.minimum if limits.bottom is None else limits.bottom
    top = variable.maximum if limits.top is None else limits.top
    recoded = np.where(column < 0, column, np.clip(column, bottom, top)).astype(column.dtype)
    words = [(bottom, f"{bottom} of minder")] if limits.bottom is not None else []
    words += [(top, f"{top} of meer")] if limits.top is not None else []
    new = replace(variable, minimum=bottom, maximum=top, limits=tuple(words))
    return new, recoded, int((recoded != column).sum())
