"""Sources: from the texts of definition files to typed definitions, each with the document that it was read from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final, Generic, TypeVar

from questionnaires.comparability.crosswalks import Crosswalk
from questionnaires.definition import Library
from questionnaires.modules import Extension, Module
from questionnaires.problems import Problem
from questionnaires.strict_yaml import YamlDocument, read_yaml, suggest, validate
from questionnaires.texts import TextsFile
from questionnaires.yaml_nodes import Written

Kind = TypeVar("Kind", Library, Module, Extension, TextsFile, Crosswalk)

# Named entries get their key as id; those with a version have it in the key.
_VERSIONED: Final = ("scales", "items", "composites")
_NAMED: Final = ("concepts", "calculations")
# One way to write a version, so that a key is always the reference of what it holds.
_VERSION: Final = re.compile(r"[1-9][0-9]{0,3}")


@dataclass(frozen=True, slots=True)
class Source(Generic[Kind]):
    """A definition with the document that it was read from."""

    content: Kind
    document: YamlDocument


@dataclass(slots=True)
class Definitions:
    """Everything that was read from a set of files, by id or reference, and the problems found on the way.

    `unreadable` holds the names of definitions that are there but could not be read. What is not in these files is looked
    for in `background`, the shipped definitions.
    """

    libraries: dict[str, Source[Library]] = field(default_factory=dict)
    modules: dict[str, Source[Module]] = field(default_factory=dict)
    extensions: dict[str, Source[Extension]] = field(default_factory=dict)
    texts: dict[str, Source[TextsFile]] = field(default_factory=dict)
    crosswalks: dict[str, Source[Crosswalk]] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    background: Definitions | None = None

    def library(self, name: str) -> Source[Library] | None:
        """Return a library by its id; None when there is none that can be read."""
        if name in self.libraries or name in self.unreadable or self.background is None:
            return self.libraries.get(name)
        return self.background.library(name)

    def module(self, reference: str) -> Source[Module] | None:
        """Return a version of a module; None when there is none that can be read."""
        if reference in self.modules or reference in self.unreadable or self.background is None:
            return self.modules.get(reference)
        return self.background.module(reference)

    def extension(self, reference: str) -> Source[Extension] | None:
        """Return a version of an extension; None when there is none that can be read."""
        if reference in self.extensions or reference in self.unreadable or self.background is None:
            return self.extensions.get(reference)
        return self.background.extension(reference)

    def translations(self, of: str, language: str) -> Source[TextsFile] | None:
        """Return the texts of a definition in a language; None when there are none."""
        found = self.texts.get(f"{of} {language}")
        return self.background.translations(of, language) if found is None and self.background is not None else found

    def all_crosswalks(self) -> tuple[Crosswalk, ...]:
        """Return all crosswalks, also those in the background."""
        own = tuple(source.content for source in self.crosswalks.values())
        return own + (self.background.all_crosswalks() if self.background is not None else ())

    def library_names(self) -> tuple[str, ...]:
        """Return the ids of all libraries, also those in the background."""
        own = tuple(self.libraries)
        return own + (self.background.library_names() if self.background is not None else ())

    def references(self) -> tuple[str, ...]:
        """Return the references of all modules and extensions, also those in the background."""
        own = (*self.modules, *self.extensions)
        return own + (self.background.references() if self.background is not None else ())


@cache
def shipped_definitions() -> Mapping[str, str]:
    """Return the definition files that come with the package: name -> text."""
    folder = resources.files("questionnaires") / "definitions"
    return dict(sorted(_texts_in(folder, "")))


def _texts_in(folder: Traversable, place: str) -> Iterator[tuple[str, str]]:
    for path in folder.iterdir():
        if path.is_dir():
            yield from _texts_in(path, f"{place}{path.name}/")
        elif path.name.endswith(".yaml"):
            yield place + path.name, path.read_text(encoding="utf-8")


@cache
def shipped_sources() -> Definitions:
    """Return the definitions that come with the package."""
    return read_sources(shipped_definitions())


def read_sources(files: Mapping[str, str], background: Definitions | None = None) -> Definitions:
    """Return the definitions in a set of files (name -> text), each of the right form; how they fit together is for `checks`."""
    found = Definitions(background=background)
    for file, text in files.items():
        document = read_yaml(text, file)
        if isinstance(document, YamlDocument):
            _read_source(found, document)
        else:
            found.problems += document
    return found


def _read_source(found: Definitions, document: YamlDocument) -> None:
    written = document.data if isinstance(document.data, dict) else {}
    kind = written.get("kind")
    named = replace(document, data=_with_ids(written))
    found.problems += _key_problems(document, written)
    if kind == "library":
        _keep(found, found.libraries, validate(Library, named), document, "id")
    elif kind == "module":
        _keep(found, found.modules, validate(Module, named), document, "id", "version")
    elif kind == "extension":
        _keep(found, found.extensions, validate(Extension, named), document, "id", "version")
    elif kind == "texts":
        _keep(found, found.texts, validate(TextsFile, named), document, "of", "language")
    elif kind == "crosswalk":
        _keep(found, found.crosswalks, validate(Crosswalk, named), document, "id")
    else:
        cause = "Dit bestand zegt niet wat het is."
        kinds = ("library", "module", "extension", "texts", "crosswalk")
        cure = "Schrijf bovenaan kind: " + suggest(str(kind), kinds)
        found.problems.append(document.problem(("kind",), "D01", cause, cure))


def _keep(
    found: Definitions,
    sources: dict[str, Source[Kind]],
    content: Kind | tuple[Problem, ...],
    document: YamlDocument,
    *named_by: str,
) -> None:
    """Keep a definition under its name, or the problems in it."""
    written = document.data if isinstance(document.data, dict) else {}
    separator = " " if "language" in named_by else "@"
    name = separator.join(str(written.get(key)) for key in named_by)
    if isinstance(content, tuple):
        found.problems += content
        found.unreadable.add(name)
    elif name in sources:
        cause = f"{name} staat ook in het bestand {sources[name].document.file}."
        found.problems.append(
            document.problem((named_by[0],), "D01", cause, "Geef een van beide een andere naam of versie.")
        )
    else:
        sources[name] = Source(content, document)


def _with_ids(written: Mapping[str, Written]) -> dict[str, Written]:
    """Return what is written with the key of each named entry also inside it, as its id and version."""
    named = dict(written)
    for part in (*_VERSIONED, *_NAMED):
        entries = named.get(part)
        if isinstance(entries, dict):
            named[part] = {
                key: {**entry, **_id_and_version(key, versioned=part in _VERSIONED)}
                if isinstance(entry, dict)
                else entry
                for key, entry in entries.items()
            }
    return named


def _id_and_version(key: str, *, versioned: bool) -> dict[str, Written]:
    if not versioned:
        return {"id": key}
    name, _, version = key.partition("@")
    # A key without a version is a problem of its own: version 1 keeps it from being told twice.
    return {"id": name, "version": int(version) if _VERSION.fullmatch(version) else 1}


def _key_problems(document: YamlDocument, written: Mapping[str, Written]) -> Iterator[Problem]:
    """Yield a problem for each named entry whose key has no version, or that says its id again inside."""
    for part in (*_VERSIONED, *_NAMED):
        entries = written.get(part)
        for key, entry in entries.items() if isinstance(entries, dict) else ():
            if part in _VERSIONED and not _VERSION.fullmatch(key.partition("@")[2]):
                cause = f"Achter de naam {key} staat geen versie."
                cure = f"Schrijf de versie erachter, van 1 tot en met 9999, zoals {key.partition('@')[0]}@1."
                yield document.problem((part, key), "D01", cause, cure)
            for inside in ("id", "version"):
                if isinstance(entry, dict) and inside in entry and (part in _VERSIONED or inside == "id"):
                    cause = "Deze sleutel hoort hier niet: de naam erboven zegt het al."
                    yield document.problem((part, key, inside), "D01", cause, f"Haal {inside} weg.")
