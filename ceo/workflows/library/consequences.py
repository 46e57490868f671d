"""What a release of the national library would mean: what changes, who stands on what, and which series stop for whom."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from ceo.storage.database import Database
from ceo.storage.question_bank import running_rounds
from ceo.storage.tenancy import reading_across
from ceo.workflows.library.comparing import ModuleChange, compare_draft, resolve_module
from ceo.workflows.library.drafted import DraftedLibrary
from ceo.workflows.library.reviewing import ReviewedDraft, read_reviewed
from ceo.workflows.library.statements import Standing, State
from ceo.workflows.question_bank.index import IndexedVersion
from ceo.workflows.question_bank.sharing import Bank
from questionnaires.comparability.reasons import ItemVerdict
from questionnaires.comparability.verdicts import compare_versions
from questionnaires.names import id_of, version_of
from questionnaires.problems import Problem
from questionnaires.publishing import publish


@dataclass(frozen=True, slots=True)
class StandsOn:
    """A municipality's questionnaire, in its newest version, that stands on an earlier version of a module.

    `rounds` is how many of its measurements have not closed. `stuck` are its own pages whose condition reads a question that the new
    version does not ask any more.
    """

    municipality: str
    questionnaire: str
    title: str
    rounds: int
    stuck: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """From a version of a module that is in use to the version that a release would add: what breaks, and for whom."""

    old: str
    new: str
    breaks: tuple[ItemVerdict, ...]
    standing: tuple[StandsOn, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """All that must be known before a release. `library` is the number of the release that the draft would follow on.

    `changes` and `steps` are empty as long as the draft has errors.
    """

    reviewed: ReviewedDraft
    library: int
    changes: tuple[ModuleChange, ...]
    steps: tuple[Step, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong. A warning stands in the way too, until a reason to accept it is written down."""
        return self.reviewed.drafted.problems

    @property
    def waiting(self) -> tuple[Standing, ...]:
        """The statements that no second editor has approved."""
        return tuple(one for one in self.reviewed.standings if one.state is not State.APPROVED)

    @property
    def ready(self) -> bool:
        """Whether it can be released."""
        return bool(self.reviewed.draft.files) and not self.problems and not self.waiting


async def look_ahead(database: Database, bank: Bank, draft_id: str, *, today: date) -> Outlook | None:
    """Return what a draft would change; None when there is no such draft."""
    reviewed = await read_reviewed(database, draft_id)
    if reviewed is None:
        return None
    async with reading_across(database) as session:
        rounds = await running_rounds(session, today)
    return await asyncio.to_thread(_outlook, reviewed, bank, rounds)


def _outlook(reviewed: ReviewedDraft, bank: Bank, rounds: Mapping[str, int]) -> Outlook:
    drafted = reviewed.drafted
    if not drafted.sound:
        return Outlook(reviewed, drafted.present.number, (), ())
    changes = compare_draft(drafted, reviewed.statements)
    return Outlook(reviewed, drafted.present.number, changes, tuple(_steps(drafted, bank, rounds)))


def _steps(drafted: DraftedLibrary, bank: Bank, rounds: Mapping[str, int]) -> Iterator[Step]:
    newest = {source.content.id: source for source in drafted.new_modules}  # in order of version: the last one stays
    standing = _newest_of_each([one for one in bank.versions.values() if one.municipality], bank.withdrawn)
    for name, source in newest.items():
        now = publish(resolve_module(source, drafted.definitions))
        asked = frozenset(now.questionnaire.items_by_id)
        users = sorted(_users(standing, name), key=lambda user: (-version_of(user[0]), user[1].reference))
        for old, those in groupby(users, key=lambda user: user[0]):
            there = drafted.definitions.modules.get(old)
            if there is None or version_of(old) >= source.content.version:
                continue
            before = publish(resolve_module(there, drafted.definitions))
            breaks = compare_versions(before, now, drafted.definitions.all_crosswalks()).breaks
            gone = frozenset(before.questionnaire.items_by_id) - asked
            found = tuple(_stands_on(version, gone, rounds) for _, version in those)
            yield Step(old, now.questionnaire.reference, breaks, found)


def _newest_of_each(versions: Sequence[IndexedVersion], withdrawn: frozenset[str]) -> list[IndexedVersion]:
    newest: dict[str, IndexedVersion] = {}
    for version in sorted(versions, key=lambda one: version_of(one.reference)):
        if version.content_hash not in withdrawn:
            newest[id_of(version.reference)] = version
    return list(newest.values())


def _users(versions: Sequence[IndexedVersion], module: str) -> Iterator[tuple[str, IndexedVersion]]:
    """Yield the version of a module that a questionnaire stands on, with the questionnaire."""
    for version in versions:
        yield from ((part, version) for part in version.parts if id_of(part) == module)


def _stands_on(version: IndexedVersion, gone: frozenset[str], rounds: Mapping[str, int]) -> StandsOn:
    stuck = tuple(page for page, read in version.depends.items() if read & gone)
    running = rounds.get(version.content_hash, 0)
    return StandsOn(version.municipality, version.reference, version.title, running, stuck)
