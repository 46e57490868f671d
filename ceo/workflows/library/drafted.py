"""A draft of the national library: the files that it changes, laid over the library as it is now, and all that is wrong with that.

What was published stays as it is: a draft adds scales, items, concepts, composites and versions, and changes none of them. Translations
can change, because answers that were given to the old ones name the version in which these are sealed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeAlias

from ceo.workflows.library.current import NationalLibrary, text_digest
from questionnaires.comparability.canonical import canonical_json, hash_content
from questionnaires.definition import Item
from questionnaires.modules import Module
from questionnaires.parts import DefinitionPart
from questionnaires.problems import Problem
from questionnaires.scales import AnswerScale
from questionnaires.sources import Definitions, Source, read_sources
from questionnaires.strict_yaml import YamlDocument
from questionnaires.yaml_nodes import Place

FILE_NAME: Final = re.compile(r"(?:[a-z0-9][a-z0-9._-]*/){0,3}[a-z0-9][a-z0-9._-]*\.yaml")
LONGEST_NAME: Final = 120
_KINDS: Final = ("libraries", "modules", "extensions", "texts", "crosswalks")
# What editors may still write in a version that was published: it is no part of what is asked.
_REMARKS: Final = {"accepted": (), "changes": ()}
# Who vouches for a statement is written when it is released, and is no part of what is vouched for.
_VOUCHED: Final[Mapping[str, Any]] = {"spelling": {"approved_by"}, "approved_by": True, "approved_on": True}


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A file of a draft. `base` is the digest of the text of the library that it was made from, "" for a new file."""

    text: str
    base: str


@dataclass(frozen=True)
class DraftedLibrary:
    """The library as it would be with a draft."""

    present: NationalLibrary
    drafted: Mapping[str, DraftFile]

    @cached_property
    def files(self) -> Mapping[str, str]:
        """Every definition file, by name."""
        return {**self.present.files, **{name: file.text for name, file in self.drafted.items()}}

    @cached_property
    def definitions(self) -> Definitions:
        """What stands in the files. Those of the library were read before."""
        return _merged(self.present.definitions, read_sources({name: one.text for name, one in self.drafted.items()}))

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong, in order of file and line."""
        from questionnaires.checks.definitions import check_definitions

        own = (*_moved_on(self), *_foreign_kinds(self), *_changed_parts(self))
        return tuple(sorted({*own, *check_definitions(self.definitions)}))

    @property
    def sound(self) -> bool:
        """Whether it can be compared and asked: there is nothing wrong, warnings apart."""
        return all(problem.warning for problem in self.problems)

    @cached_property
    def new_modules(self) -> tuple[Source[Module], ...]:
        """The versions of modules that the library does not have yet, in order of id and version."""
        known = self.present.definitions.modules
        found = (source for name, source in self.definitions.modules.items() if name not in known)
        return tuple(sorted(found, key=lambda one: (one.content.id, one.content.version)))

    @cached_property
    def new_parts(self) -> Mapping[str, str]:
        """The digests of the scales, items and crosswalks that the library does not have yet, by kind and name."""
        known = set(_parts(self.present.definitions))
        return {name: part_digest(part) for name, (part, _) in _parts(self.definitions).items() if name not in known}


def part_digest(part: DefinitionPart) -> str:
    """Return the digest of a part of a definition, without who vouches for it."""
    return hash_content(canonical_json(part.model_dump(mode="json", exclude=dict(_VOUCHED))))


def name_problem(name: str) -> Problem | None:
    """Return what is wrong with the name of a definition file, if anything."""
    if FILE_NAME.fullmatch(name) and len(name) <= LONGEST_NAME:
        return None
    cause = "Deze naam kan een bestand niet hebben."
    cure = "Gebruik kleine letters, cijfers, streepjes en punten, met .yaml aan het eind: vragenlijsten/wmo-3.yaml."
    return Problem(name, 1, "", "L05", cause, cure)


def _merged(present: Definitions, own: Definitions) -> Definitions:
    """Return definitions with files of a draft in the place of those of the library, and each name that both have elsewhere."""
    replaced = {source.document.file for kind in _KINDS for source in getattr(own, kind).values()}
    replaced |= {problem.file for problem in own.problems}
    merged = Definitions(unreadable=set(own.unreadable), problems=[*own.problems])
    for kind in _KINDS:
        kept = {name: one for name, one in getattr(present, kind).items() if one.document.file not in replaced}
        for name, source in getattr(own, kind).items():
            if name in kept:
                cause = f"{name} staat ook in het bestand {kept[name].document.file}."
                cure = "Geef een van beide een andere naam of versie."
                merged.problems.append(source.document.problem((), "D01", cause, cure))
        getattr(merged, kind).update({**getattr(own, kind), **kept})
    return merged


@dataclass(frozen=True, slots=True)
class _Written:
    """Where a part is written, and in which file of the library its published form stands."""

    document: YamlDocument
    place: Place

    def problem(self, code: str, cause: str, cure: str) -> Problem:
        return self.document.problem(self.place, code, cause, cure)


_Part: TypeAlias = tuple[DefinitionPart, _Written]


def _moved_on(drafted: DraftedLibrary) -> Iterator[Problem]:
    """Yield each file that somebody else released another text of since this draft took it."""
    for name, file in drafted.drafted.items():
        if file.base != text_digest(drafted.present.files.get(name)):
            cause = "Dit bestand is in de bibliotheek veranderd nadat het in dit concept kwam."
            cure = "Open het bestand, vergelijk het met de bibliotheek, en bewaar het opnieuw."
            yield Problem(name, 1, "", "L02", cause, cure)


def _foreign_kinds(drafted: DraftedLibrary) -> Iterator[Problem]:
    """Yield each extension that a draft adds: it belongs to a municipality or region, not to the library."""
    for source in drafted.definitions.extensions.values():
        if source.document.file in drafted.drafted:
            cause = "Een uitbreiding is van een gemeente of regio, en hoort niet in de landelijke bibliotheek."
            cure = "Haal het bestand weg. Een gemeente maakt haar uitbreiding zelf, bij Vragenlijsten."
            yield source.document.problem(("kind",), "L06", cause, cure)


def _changed_parts(drafted: DraftedLibrary) -> Iterator[Problem]:
    """Yield each part that was published and is now different, or gone."""
    before, now = _all_parts(drafted.present.definitions), _all_parts(drafted.definitions)
    unread = {problem.file for problem in drafted.definitions.problems}
    for name, (part, written) in before.items():
        found = now.get(name)
        if found is None:
            if written.document.file not in unread:
                yield _gone(name, written)
        elif found[0] != part:
            label = name.partition(" ")[2]
            cause = f"{label} is al vastgesteld, en is hier anders."
            cure = f"Zet {label} terug zoals het was, en maak een nieuwe versie of een nieuwe naam."
            yield found[1].problem("L03", cause, cure)


def _gone(name: str, written: _Written) -> Problem:
    label = name.partition(" ")[2]
    cause = f"{label} is al vastgesteld, en staat er niet meer."
    cure = "Zet het terug: wat is vastgesteld, blijft. Een naam die niemand meer mag gebruiken, komt bij retired."
    return Problem(written.document.file, 1, label, "L04", cause, cure)


def _parts(definitions: Definitions) -> dict[str, _Part]:
    """Return the scales, items and crosswalks: what a statement that makes a verdict lighter can be about."""
    found: dict[str, _Part] = {}
    for source in definitions.libraries.values():
        for kind in ("scales", "items"):
            entries: Mapping[str, AnswerScale | Item] = getattr(source.content, kind)
            for name, entry in entries.items():
                found[f"{kind} {name}"] = entry, _Written(source.document, (kind, name))
    for name, crosswalk in definitions.crosswalks.items():
        found[f"crosswalks {name}"] = crosswalk.content, _Written(crosswalk.document, ())
    return found


def _all_parts(definitions: Definitions) -> dict[str, _Part]:
    """Return everything that stays as it is once it is published."""
    found = _parts(definitions)
    for source in definitions.libraries.values():
        for kind in ("concepts", "composites"):
            for name, entry in getattr(source.content, kind).items():
                found[f"{kind} {name}"] = entry, _Written(source.document, (kind, name))
        for name in source.content.retired:
            found[f"retired {name}"] = DefinitionPart(), _Written(source.document, ("retired",))
    for reference, module in definitions.modules.items():
        written = _Written(module.document, ())
        found[f"modules {reference}"] = module.content.model_copy(update=_REMARKS), written
    return found
