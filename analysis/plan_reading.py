"""Reading an analysis plan: from YAML to a plan, or everything that is wrong with it, each with its line."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.comparison.references import plan_problems
from analysis.plan import AnalysisPlan, CompositePlan, NumberItem, ScaleItem
from analysis.policy import shipped_policy
from questionnaires.problems import Problem
from questionnaires.strict_yaml import YamlDocument, read_yaml, suggest, validate


def read_plan(text: str, file: str) -> AnalysisPlan | tuple[Problem, ...]:
    """Return the plan of a YAML text, or everything that is wrong with it."""
    document = read_yaml(text, file)
    if isinstance(document, tuple):
        return document
    plan = validate(AnalysisPlan, document)
    if isinstance(plan, tuple):
        return plan
    return tuple(sorted(_problems(plan, document))) or plan


def _problems(plan: AnalysisPlan, document: YamlDocument) -> Iterator[Problem]:
    for name, item in plan.items.items():
        for code in item.missing:
            if not isinstance(item, NumberItem) and code in item.codes:
                cause = f"Code {code} van {name} is een antwoord en ook een reden."
                yield document.problem(("items", name, "missing", code), "A01", cause, "Haal een van de twee weg.")
    for name, composite in plan.composites.items():
        yield from _composite_problems(plan, name, composite, document)
    for position, name in enumerate(plan.subgroups):
        if isinstance(plan.items.get(name), NumberItem):
            cause = f"{name} is een getal en kan geen uitsplitsing zijn."
            yield document.problem(("subgroups", position), "A04", cause, "Kies een vraag met antwoorden.")
    yield from _design_problems(plan, document)
    yield from _ratio_problems(plan, document)
    yield from _weighting_problems(plan, document)
    yield from _policy_problems(plan, document)
    yield from plan_problems(plan, document)


def _composite_problems(
    plan: AnalysisPlan, name: str, composite: CompositePlan, document: YamlDocument
) -> Iterator[Problem]:
    place = ("composites", name)
    scored = [key for key, item in plan.items.items() if isinstance(item, ScaleItem) and item.scored]
    for position, item in enumerate(composite.items):
        if item not in scored:
            cause = f"{item} in {name} is geen vraag met scores."
            yield document.problem((*place, "items", position), "A02", cause, suggest(item, scored))
    if composite.minimum_valid > len(composite.items):
        cause = f"{name} vraagt {composite.minimum_valid} scores, maar heeft {len(composite.items)} vragen."
        yield document.problem((*place, "minimum_valid"), "A03", cause, "Maak dit getal kleiner.")
    if name in plan.items:
        cause = f"De naam {name} is ook de naam van een vraag."
        yield document.problem(place, "A06", cause, "Geef deze score een andere naam.")


def _design_problems(plan: AnalysisPlan, document: YamlDocument) -> Iterator[Problem]:
    design = plan.design
    if design.population and design.populations:
        cause = "De populatie staat er twee keer: als kolom en per stratum."
        yield document.problem(("design", "populations"), "A05", cause, "Kies population of populations.")
    if design.stages and (design.population or design.populations):
        cause = "De populatie van strata telt mensen, maar bij een steekproef in trappen gaat het om clusters."
        cure = "Zet het aantal clusters bij population van elke trap, en haal deze population weg."
        yield document.problem(("design", "stages"), "A35", cause, cure)


def _ratio_problems(plan: AnalysisPlan, document: YamlDocument) -> Iterator[Problem]:
    numbers = [name for name, item in plan.items.items() if isinstance(item, NumberItem)]
    for name, ratio in plan.ratios.items():
        for part, item in (("numerator", ratio.numerator), ("denominator", ratio.denominator)):
            if item not in numbers:
                cause = f"{item} in {name} is geen vraag met een getal."
                yield document.problem(("ratios", name, part), "A36", cause, suggest(item, numbers))
        if name in plan.items or name in plan.composites:
            cause = f"De naam {name} is ook de naam van een vraag of score."
            yield document.problem(("ratios", name), "A06", cause, "Geef deze verhouding een andere naam.")


def _weighting_problems(plan: AnalysisPlan, document: YamlDocument) -> Iterator[Problem]:
    if plan.weighting is not None and plan.design.stages:
        cause = "Een weegschema past niet bij een steekproef in trappen: de weging gaat per stratum."
        yield document.problem(("weighting",), "A37", cause, "Geef gewichten mee als kolom (design.weights).")


def _policy_problems(plan: AnalysisPlan, document: YamlDocument) -> Iterator[Problem]:
    least = shipped_policy(plan.profile).floor
    if plan.floor is not None and plan.floor < least:
        cause = f"De ondergrens {plan.floor} is lager dan die van het profiel {plan.profile}: {least} mensen."
        yield document.problem(("floor",), "A98", cause, f"Kies {least} of hoger, of haal floor weg.")
    for name in plan.forbidden_subgroups:
        law = plan.act or "een wet die dit plan niet noemt"
        cause = f"Bij {law} mag niemand uitkomsten per {name} zien."
        cure = f"Haal {name} weg uit subgroups" + ("." if plan.act else ", of noem de wet bij act.")
        yield document.problem(("subgroups", plan.subgroups.index(name)), "A99", cause, cure)
