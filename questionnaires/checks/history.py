"""Checks of names through time (D13): an id belongs to one, for ever; versions count up; a code keeps its meaning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any, Final, TypeAlias

from questionnaires.assembling import used_libraries
from questionnaires.definition import Composite, Item, Library
from questionnaires.modules import Extension
from questionnaires.names import id_of, owner_of
from questionnaires.problems import Problem
from questionnaires.scales import AnswerScale, MissingOption, ScaleCode, SpellingRepair
from questionnaires.sources import Definitions, Source
from questionnaires.strict_yaml import YamlDocument
from questionnaires.yaml_nodes import Place

APPROVERS: Final = 2
_OPTIONS: Final = ("codes", "exclusive", "missing")
# What a repair of spelling may change: texts. The version and the repair itself differ by nature.
_REPAIRABLE: Final[Mapping[str, Any]] = {
    "version": True,
    "spelling": True,
    **{part: {"__all__": {"text", "text_easy", "inline"}} for part in _OPTIONS},
    "title": True,
    "text": True,
    "soft_checks": {"__all__": {"ask", "ask_easy"}},
    "pipes": {"__all__": {"fallback", "fallback_easy"}},
    "type": {"integer": {"unit"}},
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of a scale, item or composite in a file. `home` is its library, or the owner of its extension.

    What is not `own` stands in the background: own entries are compared with it, and it is not told about itself.
    """

    content: AnswerScale | Item | Composite
    part: str
    home: str
    document: YamlDocument
    own: bool

    @property
    def spelling(self) -> SpellingRepair | None:
        """What this version says about spelling; a composite has none."""
        return None if isinstance(self.content, Composite) else self.content.spelling

    def problem(self, inside: Place, cause: str, cure: str) -> Problem:
        """Return a problem of this entry."""
        return self.document.problem((self.part, self.content.reference, *inside), "D13", cause, cure)


# The versions of each id as they were met, those in the background first.
History: TypeAlias = list[Entry]


def check_history(definitions: Definitions) -> Iterator[Problem]:
    """Yield every name that two use or that is used again, every version left out, and every code with a new meaning.

    Libraries are compared that stand in these files or that these draw on: others never meet them in a questionnaire.
    """
    libraries, extensions = _libraries(definitions), _extensions(definitions)
    yield from _check_concepts(libraries)
    retired = {name: source.content.id for source, _ in libraries for name in source.content.retired}
    for history in _histories(libraries, extensions):
        yield from _check_homes(history)
        yield from _check_numbers(history)
        by_version: dict[int, Entry] = {}
        for entry in sorted(history, key=lambda one: one.content.version):
            if entry.own:
                yield from _check_retired(entry, retired)
                yield from _check_same(entry, by_version)
                yield from _check_repair(entry, by_version)
                yield from _check_codes(entry, by_version)
            by_version.setdefault(entry.content.version, entry)


def _libraries(definitions: Definitions) -> list[tuple[Source[Library], bool]]:
    """Return the libraries that meet in these definitions, each with whether it is own, the background first."""
    named = chain(definitions.libraries, *(source.content.uses.libraries for source in definitions.modules.values()))
    roots = [source.content for source in map(definitions.library, named) if source is not None]
    names = dict.fromkeys(one.id for root in roots for one in used_libraries(root, definitions))
    read = [
        (source, source.content.id in definitions.libraries) for source in map(definitions.library, names) if source
    ]
    return sorted(read, key=lambda one: one[1])


def _extensions(definitions: Definitions) -> list[tuple[Source[Extension], bool]]:
    """Return the extensions and other versions of them, each with whether it is own, the background first."""
    names = {source.content.id for source in definitions.extensions.values()}
    found = {name: definitions.extension(name) for name in definitions.references() if id_of(name) in names}
    read = [(source, name in definitions.extensions) for name, source in found.items() if source is not None]
    return sorted(read, key=lambda one: one[1])


def _histories(
    libraries: list[tuple[Source[Library], bool]], extensions: list[tuple[Source[Extension], bool]]
) -> list[History]:
    found: dict[tuple[str, str], History] = {}
    for library, own in libraries:
        for entry in _entries(library.content, library.content.id, library.document, own=own):
            found.setdefault((entry.part, entry.content.id), []).append(entry)
    for extension, own in extensions:
        for entry in _entries(extension.content, extension.content.owner, extension.document, own=own):
            # A name without the prefix of the owner is told by the checks of slots.
            if owner_of(entry.content.id) == entry.home:
                found.setdefault((entry.part, entry.content.id), []).append(entry)
    return list(found.values())


def _entries(definition: Library | Extension, home: str, document: YamlDocument, *, own: bool) -> Iterator[Entry]:
    yield from (Entry(scale, "scales", home, document, own) for scale in definition.scales.values())
    yield from (Entry(item, "items", home, document, own) for item in definition.items.values())
    yield from (Entry(composite, "composites", home, document, own) for composite in definition.composites.values())


def _check_concepts(libraries: list[tuple[Source[Library], bool]]) -> Iterator[Problem]:
    homes: dict[str, str] = {}
    for source, own in libraries:
        for name in source.content.concepts:
            if name in homes and own:
                cause = f"Het begrip {name} staat ook in de bibliotheek {homes[name]}."
                cure = "Gebruik dat begrip, of kies een andere naam."
                yield source.document.problem(("concepts", name), "D13", cause, cure)
            homes.setdefault(name, source.content.id)


def _check_homes(history: History) -> Iterator[Problem]:
    """Yield an id that another library or owner already has, once for each that has it."""
    homes = {entry.home: entry for entry in reversed(history)}
    first = history[0]
    for home, entry in homes.items():
        if home != first.home and entry.own:
            cause = f"De naam {entry.content.id} is al van {first.home}."
            yield entry.problem((), cause, "Kies een andere naam: een naam is overal en voor altijd van één ding.")


def _check_numbers(history: History) -> Iterator[Problem]:
    """Yield each version with a hole before it. Extensions are looked at one by one, so theirs may be elsewhere."""
    entries = sorted((one for one in history if owner_of(one.content.id) is None), key=lambda one: one.content.version)
    for earlier, later in pairwise(entries):
        if later.own and later.content.version > earlier.content.version + 1:
            cause = f"Tussen versie {earlier.content.version} en {later.content.version} ontbreekt een versie."
            yield later.problem((), cause, f"Maak hier versie {earlier.content.version + 1} van.")


def _check_retired(entry: Entry, retired: Mapping[str, str]) -> Iterator[Problem]:
    library = retired.get(entry.content.id)
    if library is not None:
        cause = f"De naam {entry.content.id} is vervallen (retired in {library})."
        yield entry.problem((), cause, "Kies een nieuwe naam: een vervallen naam komt niet terug.")


def _check_same(entry: Entry, by_version: Mapping[int, Entry]) -> Iterator[Problem]:
    """Yield a version that stands in another extension of the same owner with other content."""
    other = by_version.get(entry.content.version)
    if other is not None and other.home == entry.home and other.content != entry.content:
        cause = f"{entry.content.reference} staat met een andere inhoud in {other.document.file}."
        yield entry.problem((), cause, f"Maak hier versie {entry.content.version + 1} van.")


def _check_repair(entry: Entry, by_version: Mapping[int, Entry]) -> Iterator[Problem]:
    """Yield what is wrong with a repair of spelling: its version, its approvers, or that more than texts differ."""
    repair, content = entry.spelling, entry.content
    if repair is None:
        return
    if len({name.casefold() for name in repair.approved_by}) < APPROVERS:
        cause = "Voor een verbetering van spelling staan twee verschillende mensen in."
        yield entry.problem(("spelling", "approved_by"), cause, "Noem twee mensen.")
    repaired = by_version.get(repair.of)
    if repaired is None or repair.of >= content.version:
        cause = f"Er is geen eerdere versie {repair.of} van {content.id}."
        yield entry.problem(("spelling", "of"), cause, "Noem een eerdere versie, of haal spelling weg.")
        return
    now, before = (one.model_dump(exclude=dict(_REPAIRABLE)) for one in (content, repaired.content))
    changed = [key for key, value in now.items() if value != before[key]]
    if changed:
        cause = f"Dit verschilt van versie {repair.of} in meer dan spelling: {', '.join(changed)}."
        yield entry.problem(("spelling",), cause, "Haal spelling weg, of verander alleen teksten.")


def _check_codes(entry: Entry, by_version: Mapping[int, Entry]) -> Iterator[Problem]:
    """Yield each code of a scale that meant something else in the last earlier version that had it."""
    scale = entry.content
    if not isinstance(scale, AnswerScale):
        return
    meanings = _last_meanings(by_version, before=scale.version)
    for part in _OPTIONS:
        for number, option in enumerate(getattr(scale, part)):
            version, meaning = meanings.get(option.code, (scale.version, option))
            repaired = scale.spelling is not None and scale.spelling.of == version
            if _reason(option) != _reason(meaning) or not (repaired or option.text == meaning.text):
                cause = f"De code {option.code} is nu “{option.text}”, maar was in versie {version} “{meaning.text}”."
                cure = "Geef wat nieuw is een nieuwe code. Is alleen de spelling anders? Leg dat vast met spelling."
                yield entry.problem((part, number), cause, cure)


def _last_meanings(by_version: Mapping[int, Entry], *, before: int) -> dict[str, tuple[int, ScaleCode | MissingOption]]:
    """Return each code of earlier versions with the last of these that had it; `by_version` counts up."""
    return {
        option.code: (version, option)
        for version, entry in by_version.items()
        if version < before and isinstance(entry.content, AnswerScale)
        for option in entry.content.options
    }


def _reason(option: ScaleCode | MissingOption) -> str | None:
    return option.reason if isinstance(option, MissingOption) else None
