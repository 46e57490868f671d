"""The national library as it is now: what comes with the software, and what national editors released on top of it.

A release holds whole files. Where it has a file of the same name as the software, that of the release counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal

from ceo.storage.database import Database
from ceo.storage.library_drafts import LibraryRelease, newest_release, withdrawn_versions
from ceo.storage.tenancy import reading_across
from questionnaires.comparability.canonical import canonical_json, hash_content
from questionnaires.minutes import estimate_minutes
from questionnaires.modules import Module
from questionnaires.problems import Problem
from questionnaires.resolving import shelf_of
from questionnaires.sources import Definitions, Source, read_sources, shipped_definitions, shipped_sources


@dataclass(frozen=True)
class NationalLibrary:
    """The texts of all definition files by name. `released` are those that do not come with the software; number 0 is without a release.

    `bases`: the digest of the text of the software that a released file stands in the place of ("" where there was none).
    """

    number: int = 0
    released: Mapping[str, str] = field(default_factory=dict)
    bases: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def files(self) -> Mapping[str, str]:
        """Every definition file, by name."""
        return dict(sorted({**shipped_definitions(), **self.released}.items()))

    @cached_property
    def definitions(self) -> Definitions:
        """What stands in the files: what a municipality's own definitions can draw on (`read_sources(files, background=...)`)."""
        return read_sources(self.files) if self.released else shipped_sources()

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong in the files now, and each file that the software brought a newer text of."""
        from questionnaires.checks.definitions import check_definitions

        outgrown = (_outgrown(name) for name in self.released if self.bases.get(name, "") != _shipped_digest(name))
        return (*outgrown, *check_definitions(self.definitions))

    @property
    def modules(self) -> tuple[Source[Module], ...]:
        """Every version of every module, in order of id and version."""
        return tuple(sorted(self.definitions.modules.values(), key=lambda one: (one.content.id, one.content.version)))


# The library is the same for who has the same release. Two are in use at the same time at most: before and after a release.
_READ: Final[dict[str, NationalLibrary]] = {}
_KEPT: Final = 4


async def present_library(database: Database) -> NationalLibrary:
    """Return the national library as it is now; one small query when it was read before by this process."""
    async with reading_across(database) as session:
        number, digest = await newest_release(session)
        if not number:
            return _keep("", NationalLibrary())
        key = f"{number} {digest}"
        if key in _READ:
            return _READ[key]
        row = await session.get_one(LibraryRelease, number)
    return _keep(key, library_of(row))


@dataclass(frozen=True, slots=True)
class ChoosableModule:
    """A version of a national module: a core to build on, or an optional part. `withdrawn` is the reason, "" while it can be chosen.

    `released`: it came with a release of the national editors, not with the software. `minutes` is an estimate for who is asked everything.
    """

    reference: str
    id: str
    version: int
    title: str
    role: Literal["core", "optional"]
    act: str | None
    questions: int
    minutes: float
    languages: tuple[str, ...]
    newest: bool
    released: bool
    withdrawn: str


async def choosable_modules(database: Database) -> tuple[ChoosableModule, ...]:
    """Return every version of every national module that is not wrong in itself, by id, the newest version first."""
    library = await present_library(database)
    async with reading_across(database) as session:
        gone = {f"{name}@{version}": reason for name, version, reason in await withdrawn_versions(session)}
    newest = {source.content.id: source.content.version for source in library.modules}
    return tuple(
        _choosable(source.content, library, newest[source.content.id], gone.get(source.content.reference, ""))
        for source in sorted(library.modules, key=lambda one: (one.content.id, -one.content.version))
    )


def library_of(row: LibraryRelease) -> NationalLibrary:
    """Return the library as a release left it."""
    texts = {name: str(file["text"]) for name, file in row.files.items()}
    return NationalLibrary(row.number, texts, {name: str(file["base"]) for name, file in row.files.items()})


def text_digest(text: str | None) -> str:
    """Return the digest of a text, "" for none."""
    return "" if text is None else "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def files_digest(files: Mapping[str, Any]) -> str:
    """Return the digest of the files of a release."""
    return hash_content(canonical_json({name: str(file["text"]) for name, file in files.items()}))


def _keep(key: str, library: NationalLibrary) -> NationalLibrary:
    kept = _READ.setdefault(key, library)
    while len(_READ) > _KEPT:
        del _READ[next(iter(_READ))]
    return kept


def _choosable(module: Module, library: NationalLibrary, newest: int, withdrawn: str) -> ChoosableModule:
    shelf = shelf_of(source.content for source in library.definitions.libraries.values())
    items = [shelf.items[name] for entry in module.page_entries for name in entry.items if name in shelf.items]
    return ChoosableModule(
        reference=module.reference,
        id=module.id,
        version=module.version,
        title=module.title,
        role=module.role,
        act=module.act,
        questions=len(items),
        minutes=estimate_minutes(items, shelf.scales),
        languages=module.languages,
        newest=module.version == newest,
        released=module.reference not in shipped_sources().modules,
        withdrawn=withdrawn,
    )


def _shipped_digest(name: str) -> str:
    return text_digest(shipped_definitions().get(name))


def _outgrown(name: str) -> Problem:
    cause = "De software heeft dit bestand ook veranderd. De uitgave van de redactie geldt, zonder die verandering."
    return Problem(name, 1, "", "L01", cause, "Bewerk het bestand in een concept, en neem over wat u wilt houden.")
