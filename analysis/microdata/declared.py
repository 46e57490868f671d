"""What a rule declares, beside what was asked: the variables that leave, and what is wrong with the rule for these questionnaires."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from analysis.microdata.records import REASONS, SUPPRESSED, Category, MicrodataVariable, Role, names_of
from analysis.microdata.rule import Group, Limits, MicrodataFault, MicrodataRule, swallowing
from analysis.pooling import Pooled, Series
from questionnaires.answers import Missing
from questionnaires.codebook import Variable, VariableKind

# Stands in the name of a column of one option, between the question and the option.
OPTION_SIGN: Final = ":"
_NEVER: Final = frozenset({VariableKind.DATE, VariableKind.TEXT, VariableKind.NARRATIVE})
_CATEGORIES: Final = frozenset({VariableKind.NOMINAL, VariableKind.ORDINAL})


def declared_variables(rule: MicrodataRule, pooled: Pooled) -> tuple[MicrodataVariable, ...]:
    """Return the columns of the questions that a rule names, in its order; an earlier series of a question stands behind it."""
    return columns_of(pooled, declared_series(rule, pooled))


def columns_of(pooled: Pooled, asked: Sequence[Series]) -> tuple[MicrodataVariable, ...]:
    """Return the columns of series. A question with several answers has one for each option; days and own words have none."""
    found = [(series, pooled.codebook.variable(series.name)) for series in asked]
    columns = [one for series, variable in found for one in _columns(pooled, series, variable)]
    names = names_of(one.variable for one in columns)
    return tuple(replace(one, name=names[one.variable]) for one in columns)


def declared_series(rule: MicrodataRule, pooled: Pooled) -> tuple[Series, ...]:
    """Return every series of the questions that a rule names, in its order."""
    return tuple(series for name in rule.variables for series in pooled.items if series.id == name)


def rule_faults(rule: MicrodataRule, pooled: Pooled) -> tuple[MicrodataFault, ...]:
    """Return everything that is wrong with a rule: in itself, and for what was asked."""
    return (*rule.faults(), *_faults(rule, pooled))


def _columns(pooled: Pooled, series: Series, variable: Variable) -> Iterator[MicrodataVariable]:
    if variable.kind in _NEVER:
        return
    whole = MicrodataVariable(
        name="",
        variable=series.name,
        role=Role.ANSWER,
        kind=variable.kind,
        label=variable.title,
        version=variable.version,
        question=variable.label,
        universe=variable.universe,
        theme=variable.domain,
        reasons=_reasons(variable),
        wordings=_wordings(pooled, series),
    )
    if variable.kind is VariableKind.MULTI:
        for code in variable.codes:
            yield _option(whole, code.code, code.label)
    elif variable.kind is VariableKind.INTEGER:
        yield replace(whole, minimum=variable.minimum, maximum=variable.maximum)
    else:
        categories = tuple(Category(code.number, code.code, code.label) for code in variable.codes)
        yield replace(whole, categories=categories)


def _option(whole: MicrodataVariable, code: str, label: str) -> MicrodataVariable:
    return replace(
        whole,
        variable=f"{whole.variable}{OPTION_SIGN}{code}",
        role=Role.OPTION,
        label=f"{whole.label}: {label}",
        categories=(Category(0, "nee", "Niet gekozen"), Category(1, "ja", "Gekozen")),
    )


def _reasons(variable: Variable) -> tuple[int, ...]:
    given = {Missing.NOT_ASKED, Missing.SKIPPED} | {one.reason for one in variable.missing}
    return tuple(sorted({SUPPRESSED} | {REASONS[reason] for reason in given}, reverse=True))


def _wordings(pooled: Pooled, series: Series) -> tuple[tuple[str, str], ...]:
    """Return how a question was asked in the versions of a series; the same words once, under their first version."""
    found: dict[str, str] = {}
    for name in sorted(series.versions, key=lambda name: (pooled.codebooks[name].version, name)):
        codebook = pooled.codebooks[name]
        found.setdefault(codebook.variable(series.id).label, f"{codebook.questionnaire}@{codebook.version}")
    return tuple((reference, wording) for wording, reference in found.items())


def _faults(rule: MicrodataRule, pooled: Pooled) -> Iterator[MicrodataFault]:
    known = {series.id for series in pooled.items}
    for name in rule.variables:
        if name not in known:
            yield MicrodataFault(
                "variables", f"De vraag {name} is niet gesteld.", "Haal de vraag weg, of verbeter de naam."
            )
    variables = {series.name: pooled.codebook.variable(series.name) for series in declared_series(rule, pooled)}
    for name, variable in variables.items():
        yield from _variable_faults(rule, name, variable)
    for place in ("coarsenings", "limits"):
        for name in getattr(rule, place):
            if name not in variables:
                cause = f"De vraag {name} gaat niet mee."
                yield MicrodataFault(f"{place}.{name}", cause, f"Noem een vraag die meegaat: {', '.join(variables)}.")
    for name, groups in rule.coarsenings.items():
        if name in variables:
            yield from _group_faults(name, variables[name], groups)


def _variable_faults(rule: MicrodataRule, name: str, variable: Variable) -> Iterator[MicrodataFault]:
    if variable.kind in _NEVER:
        cause = f"{name} is een dag of een antwoord in eigen woorden. Dat gaat nooit mee."
        yield MicrodataFault("variables", cause, "Haal de vraag weg.")
    limits = rule.limits.get(name, Limits())
    if variable.kind is VariableKind.INTEGER:
        yield from _number_faults(name, variable, limits)
    elif name in rule.limits:
        yield MicrodataFault(f"limits.{name}", f"{name} is geen getal.", "Geef groepen in plaats van grenzen.")
    if variable.kind is VariableKind.MULTI and name.partition("@")[0] in rule.quasi_identifiers:
        cause = f"Bij {name} kunnen mensen meer antwoorden geven. Daarop kan niet worden beschermd."
        yield MicrodataFault(
            "quasi_identifiers", cause, "Haal de vraag weg uit deze lijst, en liefst ook uit wat meegaat."
        )


def _number_faults(name: str, variable: Variable, limits: Limits) -> Iterator[MicrodataFault]:
    lowest, highest = variable.minimum or 0, variable.maximum or 0
    if lowest < 0:
        cause = f"{name} heeft getallen onder de 0. Die betekenen in de bestanden dat er geen antwoord is."
        yield MicrodataFault("variables", cause, "Haal de vraag weg.")
    for which, limit in (("bottom", limits.bottom), ("top", limits.top)):
        if limit is not None and not lowest <= limit <= highest:
            cause = f"{name} loopt van {lowest} tot {highest}; {limit} ligt daarbuiten."
            yield MicrodataFault(f"limits.{name}.{which}", cause, "Geef een grens daarbinnen.")


def _group_faults(name: str, variable: Variable, groups: Sequence[Group]) -> Iterator[MicrodataFault]:
    if variable.kind is VariableKind.INTEGER:
        known = {str(number) for number in range(variable.minimum or 0, (variable.maximum or 0) + 1)}
    elif variable.kind in _CATEGORIES:
        known = {code.code for code in variable.codes}
    else:
        yield MicrodataFault(
            f"coarsenings.{name}", f"De antwoorden op {name} zijn niet te groeperen.", "Haal de groepen weg."
        )
        return
    grouped = [code for group in groups for code in group.codes]
    for code in grouped:
        if code not in known:
            cause = f"Het antwoord {code} bestaat niet bij {name}."
            yield MicrodataFault(f"coarsenings.{name}", cause, f"Kies uit: {', '.join(sorted(known)[:20])}.")
    # An answer of another group is a fault of the rule by itself.
    yield from (swallowing(name, group) for group in groups if group.code in known - {*grouped})
