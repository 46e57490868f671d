"""Loading: from the texts of definition files to a questionnaire, or to every problem in them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from questionnaires.checks.definitions import assemble, check_definitions
from questionnaires.problems import Problem
from questionnaires.questionnaire import Questionnaire
from questionnaires.resolving import Assembly, Part, resolve
from questionnaires.sources import Definitions, read_sources, shipped_definitions, shipped_sources
from questionnaires.strict_yaml import suggest


def load_questionnaire(files: Mapping[str, str], name: str | None = None) -> Questionnaire | tuple[Problem, ...]:
    """Return a questionnaire that stands in these files (name -> text), or all their problems.

    What they refer to and is not among them is taken from the shipped definitions. `name` says which questionnaire is
    wanted when there are more: `nl.ceo.wmo@2`, or as short as it is clear, such as `wmo@2`.
    """
    definitions, problems = _checked(files)
    if any(not problem.warning for problem in problems):
        return problems
    part = find_part(definitions, name, next(iter(files), ""))
    return (part,) if isinstance(part, Problem) else _resolved(part, definitions)


def load_all(files: Mapping[str, str]) -> tuple[Questionnaire, ...]:
    """Return every questionnaire that stands in these files, in order of name; files with errors are our bug."""
    definitions = shipped_sources() if files is shipped_definitions() else read_sources(files, _background(files))
    parts: dict[str, Part] = {**definitions.modules, **definitions.extensions}
    return tuple(_resolved(parts[name], definitions) for name in sorted(parts))


@cache
def load_shipped(name: str) -> Questionnaire:
    """Return a questionnaire that comes with the package, such as `wmo@1`."""
    loaded = load_questionnaire(shipped_definitions(), name)
    assert isinstance(loaded, Questionnaire), f"no such questionnaire, or it has problems: {loaded}"
    return loaded


def check_files(files: Mapping[str, str]) -> tuple[Problem, ...]:
    """Return every problem in a set of definition files (name -> text)."""
    return _checked(files)[1]


def find_part(definitions: Definitions, name: str | None, file: str) -> Part | Problem:
    """Return the one module or extension that is meant; a name need be no longer than is clear."""
    meant = _find_meant(definitions, name)
    if not meant and name is not None and definitions.background is not None:
        meant = _find_meant(definitions.background, name)
    if len(meant) == 1:
        return next(iter(meant.values()))
    if meant:
        cause, cure = f"U kunt {len(meant)} vragenlijsten bedoelen.", f"Kies er een: {', '.join(sorted(meant))}."
    elif name is None:
        cause, cure = (
            "Er is geen vragenlijst in deze bestanden.",
            "Geef een bestand met kind: module of kind: extension.",
        )
    else:
        cause, cure = f"De vragenlijst {name} is niet gevonden.", suggest(name, definitions.references())
    return Problem(file, 1, "", "D01", cause, cure)


def _find_meant(definitions: Definitions, name: str | None) -> dict[str, Part]:
    parts: dict[str, Part] = {**definitions.modules, **definitions.extensions}
    return {reference: part for reference, part in parts.items() if name is None or _is_meant(name, reference)}


def _is_meant(name: str, reference: str) -> bool:
    """Return whether a name is this reference, or its last part, with or without the version.

    >>> [_is_meant(name, "nl.ceo.wmo@1") for name in ("nl.ceo.wmo@1", "wmo@1", "wmo", "mo@1", "wmo@2")]
    [True, True, True, False, False]
    """
    return f".{reference}".endswith(f".{name}") or f".{reference.partition('@')[0]}".endswith(f".{name}")


def _resolved(part: Part, definitions: Definitions) -> Questionnaire:
    assembly = assemble(part, definitions)
    assert isinstance(assembly, Assembly), "the checks have passed"
    return resolve(assembly, definitions)


def _checked(files: Mapping[str, str]) -> tuple[Definitions, tuple[Problem, ...]]:
    if files is shipped_definitions():
        return _checked_shipped()
    definitions = read_sources(files, _background(files))
    return definitions, check_definitions(definitions)


@cache
def _checked_shipped() -> tuple[Definitions, tuple[Problem, ...]]:
    return shipped_sources(), check_definitions(shipped_sources())


def _background(files: Mapping[str, str]) -> Definitions | None:
    """The shipped definitions stand behind others, not behind themselves."""
    return None if files == shipped_definitions() else shipped_sources()
