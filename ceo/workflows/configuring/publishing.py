"""Publishing a configuration: first look at everything that it brings about, then seal exactly what was looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.configurations import Configuration, published_by, published_contents, rounds_with
from ceo.storage.database import Database
from ceo.storage.tenancy import tenant_reading, tenant_transaction
from ceo.workflows.configuring.changing import Overtaken, keep, overtaken_by
from ceo.workflows.configuring.state import Closed, Editing, Held, hold, hold_row
from ceo.workflows.library.current import NationalLibrary, present_library
from ceo.workflows.publish import VersionTakenError, publish_questionnaire
from questionnaires.comparability.canonical import canonical_json, hash_content
from questionnaires.configuring.applying import Applied
from questionnaires.configuring.consequences import Compared, Outlook, foresee
from questionnaires.configuring.examining import Examination
from questionnaires.configuring.remarks import Remark
from questionnaires.names import id_of
from questionnaires.publishing import PublishedVersion, open_published


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A round that is open or still to come, and the version on which it is and stays."""

    id: int
    measurement: str
    title: str
    opens_on: date
    closes_on: date
    version: str


@dataclass(frozen=True, slots=True)
class Consequences:
    """What publishing a revision brings about. `seen` is the hash of it, which publishing asks for.

    `rounds` are open or still to come; they are on an earlier version and stay on it.
    """

    revision: int
    outlook: Outlook
    rounds: tuple[RoundLine, ...]

    @property
    def reference(self) -> str:
        """The version that would be published, such as gm0344.wmo@2."""
        return self.outlook.published.questionnaire.reference

    @property
    def examination(self) -> Examination:
        """Everything that there is to say about it; a warning that nobody accepted still stands in the way."""
        return self.outlook.examination

    @property
    def offered(self) -> tuple[str, ...]:
        """The languages in which it could be filled in."""
        return self.outlook.offered

    @property
    def left_out(self) -> tuple[str, ...]:
        """The languages of the core or of the version before in which it could not."""
        return self.outlook.left_out

    @property
    def accepted(self) -> tuple[Remark, ...]:
        """The warnings that were accepted, with their reasons."""
        return self.outlook.accepted

    @property
    def before(self) -> Compared | None:
        """What may be done with the answers to this and to the version before; None when this is the first."""
        return self.outlook.before

    @property
    def core(self) -> Compared:
        """What may be done with the answers to this and to the core by itself."""
        return self.outlook.core

    @property
    def seen(self) -> str:
        """The hash of all that is shown, so that nothing is published that nobody saw."""
        return hash_content(canonical_json([self.outlook.seen, [one.id for one in self.rounds]]))


@dataclass(frozen=True, slots=True)
class Published:
    """A sealed version. `left_out` are revisions that somebody made while it was being sealed: they are not in it."""

    content_hash: str
    reference: str
    left_out: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class NotSeen:
    """What would be published is not what was looked at: look at this first."""

    consequences: Consequences


async def look_ahead(
    database: Database, municipality: str, configuration: str, *, today: date
) -> Consequences | tuple[Remark, ...] | None:
    """Return what publishing would bring about; the errors that stand in the way; None when there is nothing to publish."""
    library = await present_library(database)
    async with tenant_reading(database, municipality) as session:
        row = await session.get(Configuration, configuration)
        if row is None or row.removed or row.published_hash is not None:
            return None
        return await _ahead(session, await hold_row(session, library, row, municipality.lower()), today)


async def publish(
    database: Database, editing: Editing, *, seen: str, today: date
) -> Published | NotSeen | Overtaken | Closed | tuple[Remark, ...]:
    """Seal a configuration as it was looked at. Nothing may stand in the way, and every warning is accepted with a reason."""
    library = await present_library(database)
    ready = await _ready(database, library, editing, today)
    if not isinstance(ready, _Ready):
        return ready
    if ready.ahead.seen != seen:
        return NotSeen(ready.ahead)
    version = ready.ahead.outlook.published
    try:
        await publish_questionnaire(database, version.questionnaire, now=editing.now)
    except VersionTakenError:
        # Another configuration took this version a moment ago: this one gets the next.
        again = await _ready(database, library, editing, today)
        return NotSeen(again.ahead) if isinstance(again, _Ready) else again
    return await _mark(database, library, editing, ready)


@dataclass(frozen=True, slots=True)
class _Ready:
    held: Held
    ahead: Consequences


async def _ready(
    database: Database, library: NationalLibrary, editing: Editing, today: date
) -> _Ready | Overtaken | Closed | tuple[Remark, ...]:
    """Return a configuration with nothing in the way of publishing."""
    async with tenant_reading(database, editing.municipality) as session:
        row = await session.get(Configuration, editing.configuration)
        if row is None or row.removed or row.published_hash is not None:
            return Closed("unknown" if row is None else "removed" if row.removed else "published")
        overtaken = await overtaken_by(session, row, editing)
        if overtaken is not None:
            return overtaken
        held = await hold_row(session, library, row, editing.owner)
        ahead = await _ahead(session, held, today)
    if isinstance(ahead, tuple):
        return ahead
    return ahead.examination.open_warnings or _Ready(held, ahead)


async def _mark(database: Database, library: NationalLibrary, editing: Editing, ready: _Ready) -> Published | Closed:
    """Say of a configuration that it was published, in a last revision with exactly that content.

    Sealing and this are two transactions. What somebody changed in between stays in history, and is told.
    """
    version = ready.ahead.outlook.published
    async with tenant_transaction(database, editing.municipality) as session:
        held = await hold(session, library, editing)
        if isinstance(held, Closed):
            return held
        left_out = tuple(range(editing.on + 1, held.row.revision + 1))
        held.row.published_hash, held.row.removed = version.content_hash, False
        details = {"reference": version.questionnaire.reference, "content_hash": version.content_hash}
        applied = Applied(ready.held.document, "published", details)
        await keep(session, held, editing, applied, on=editing.on)
    return Published(version.content_hash, version.questionnaire.reference, left_out)


async def _ahead(session: AsyncSession, held: Held, today: date) -> Consequences | tuple[Remark, ...]:
    before = await _before(session, held)
    outlook = foresee(held.document, held.foundation, before)
    if isinstance(outlook, tuple):
        return outlook
    rounds = await rounds_with(session, sorted(_alike(held)), today=today)
    return Consequences(
        held.row.revision,
        outlook,
        tuple(
            RoundLine(one.id or 0, one.measurement, one.title, one.opens_on, one.closes_on, version)
            for one, version in rounds
        ),
    )


def _alike(held: Held) -> frozenset[str]:
    """Return the names under which the same core was published, by itself and by this municipality."""
    core = id_of(held.document.core)
    earlier = (id_of(one.reference) for one in held.foundation.published if id_of(one.core) == core)
    return frozenset((core, held.document.id, *earlier))


async def _before(session: AsyncSession, held: Held) -> PublishedVersion | None:
    """Return what this municipality published last under the same name, or else on the same core, and did not withdraw."""
    rows = [row for row in await published_by(session, held.document.owner) if row.withdrawn_on is None]
    same = [row for row in rows if row.questionnaire == held.document.id]
    alike = same or [row for row in rows if row.questionnaire in _alike(held)]
    if not alike:
        return None
    content_hash = alike[-1].content_hash
    return open_published((await published_contents(session, [content_hash]))[content_hash], content_hash)
