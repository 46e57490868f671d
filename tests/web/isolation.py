"""What the isolation suite knows: the routes of the application, and a municipality with one of everything."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from activities_world import by_provider, sealed_round
from arrangements import OpenedRound, arrange_round, hand_in
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from made_series import series_of
from sqlmodel import col
from together_world import together_of
from web.learning_world import learning_of
from web.running import Site
from web.staffing import add_staff
from web.story_world import read_story_of

from ceo.clock import dutch_day, now
from ceo.storage.house_styles import HouseStyle
from ceo.storage.kept_files import FilePurpose
from ceo.storage.people import IdentityProvider, Membership
from ceo.storage.releases import Release, ReleaseRound
from ceo.storage.rounds import Round
from ceo.storage.sharing import SharedActivity
from ceo.storage.submissions import assign_edition
from ceo.storage.tenancy import TenantRow, reading_across, shared_transaction, tenant_transaction
from ceo.web.staff.access import needed
from ceo.workflows.answering.callbacks import CallbackRequest, callback_of, seal_request
from ceo.workflows.configuring import Begun, Changed, Editing, OnCore, begin, change, open_configuration
from ceo.workflows.installation.keyring import seal
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.queueing import queue_job
from ceo.workflows.kept_files.keeping import FileFacts, add_file
from ceo.workflows.openid.providers import IDENTITY_PROVIDER
from ceo.workflows.rights import Role
from questionnaires.configuring.changes import AddQuestion
from questionnaires.configuring.describing import describe
from questionnaires.configuring.questions import ChosenScale, Question

# In everything that the municipality of the suite has and nobody else may see.
SECRET: Final = "Geheimzinnig"
# Values for parameters that belong to no municipality.
EVERYWHERE: Final = {
    "stage": "closed",
    "step": "moment",
    "number": "1",
    "name": "loket",
    "slot": "lokaal",
    "language": "tr",
    "page_id": "soort-hulp",
    "place": "einde",
    "item_id": "TOE01",
    "draft_id": "0" * 32,
    "person_id": "demo-eigenaar",
    "token": "0" * 43,
    "edition": "1",
    "mirror_core": "nl.ceo.wmo",
    "mirror_indicator": "wmo_toegang",
}


@dataclass(frozen=True, slots=True)
class StaffRoute:
    """One route of the workplace: its path with names in braces, its method, and what it needs."""

    method: str
    path: str
    needs: Any

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of its parameters."""
        return tuple(re.findall(r"{(\w+)(?::\w+)?}", self.path))

    def address(self, values: Mapping[str, str]) -> str:
        """Return an address, with a value for each name."""
        return re.sub(r"{(\w+)(?::\w+)?}", lambda found: values[found.group(1)], self.path)


def handlers(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    """Yield the path, the method and the handler of every route."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for method, (handler, _) in route.route_handler_map.items():
                if method != "OPTIONS":
                    yield route.path, method, handler


def staff_routes(app: Litestar) -> list[StaffRoute]:
    """Return the routes of the workplace."""
    return [
        StaffRoute(method, path, needed(handler)) for path, method, handler in handlers(app) if path.startswith("/werk")
    ]


async def stocked(site: Site, code: str, mark: str) -> dict[str, str]:
    """Fill a municipality with one of everything; return an id for each name of a parameter."""
    opened = await arrange_round(
        site.database,
        site.settings,
        municipality=code,
        measurement=f"wmo-{mark.lower()}",
        closes_on=dutch_day(),
        results_shown=False,
    )
    await hand_in(site.database, opened, 3)
    member = await add_staff(site.database, {code: Role.EDITOR}, name=f"{mark} Medewerker")
    configuration, item = await _configured(site, code, mark, member)
    call, provider = uuid.uuid4().hex, f"{code.lower()}-1"
    await _fill(site, code, mark, opened, call)
    async with shared_transaction(site.database) as session:
        session.add(
            IdentityProvider(
                id=provider,
                place=code,
                label=mark,
                issuer=f"https://{mark.lower()}.example",
                client_id=mark,
                client_secret=seal(site.settings.encryption_keys, IDENTITY_PROVIDER, provider, mark.encode()),
                mapping={"claim": "groups", "roles": {}},
            )
        )
    return {
        "municipality_code": code,
        "round_id": str(opened.round_id),
        "sealed_round_id": await _shared(site, code, mark),
        "measurement": f"wmo-{mark.lower()}",
        "series": f"reeks-{mark.lower()}",
        "extension": "csv",
        "configuration_id": configuration,
        "item": item,
        "user_id": member,
        "provider_id": provider,
        "call_id": call,
        "job_id": await _queued(site, code, mark, opened, member),
        "file_id": await _letters(site, code, mark, opened, member),
        "release": await _released(site, code, mark, opened, member),
        **await read_story_of(site, code, mark, opened, member),
        **await together_of(site.database, code, mark, member),
        **await learning_of(site.database, code, mark, member),
        **await series_of(site.database, code, mark),
        **EVERYWHERE,
    }


async def _configured(site: Site, code: str, mark: str, member: str) -> tuple[str, str]:
    """Begin a questionnaire with one own question; return its id and that of the question."""
    begun = await begin(site.database, code, OnCore("nl.ceo.wmo@2", f"{mark} vragenlijst"), actor=member, now=now())
    assert isinstance(begun, Begun), begun
    question = Question(
        title=f"{mark} titel", stem=f"{mark} vraag?", stem_easy=f"{mark} vraag?", answer=ChosenScale("eens5@1")
    )
    editing = Editing(code, begun.id, on=begun.revision, actor=member, now=now())
    changed = await change(site.database, editing, AddQuestion("lokaal", question))
    assert isinstance(changed, Changed), changed
    opened = await open_configuration(site.database, code, begun.id)
    assert opened is not None
    [item] = describe(opened.document, opened.foundation).questions
    return begun.id, item


async def _queued(site: Site, code: str, mark: str, opened: OpenedRound, member: str) -> str:
    """Let a job wait; return its id."""
    async with tenant_transaction(site.database, code) as session:
        # Not yet: other tests on the same site let every job be done that is due.
        never = now() + timedelta(days=3650)
        return await queue_job(
            session, JobKind.LOAD_CLIENTS, actor=member, now=never, round_id=opened.round_id, once=mark
        )


async def _letters(site: Site, code: str, mark: str, opened: OpenedRound, member: str) -> str:
    """Keep a file of letters; return its id."""
    facts = FileFacts(opened.round_id, FilePurpose.LETTERS, f"{mark}-brieven.pdf", "application/pdf", member)
    async with tenant_transaction(site.database, code) as session:
        return await add_file(session, site.settings.encryption_keys, facts, mark.encode(), now=now())


async def _released(site: Site, code: str, mark: str, opened: OpenedRound, member: str) -> str:
    """Propose a release with a round that waits to be signed for; return its name."""
    name = f"uitgave-{code.lower()}"
    async with shared_transaction(site.database) as session:
        session.add(
            Release(
                name=name,
                edition=1,
                place=code,
                measurement=f"wmo-{mark.lower()}",
                title=f"{mark} uitgave",
                plan={},
                proposed_by=member,
                proposed_at=now(),
                fault=f"{mark} fout",
            )
        )
    async with tenant_transaction(site.database, code) as session:
        session.add(
            ReleaseRound(
                municipality=code, release=name, edition=1, round_id=opened.round_id, snapshot=f"{mark} kenmerk"
            )
        )
    return name


async def _shared(site: Site, code: str, mark: str) -> str:
    """Seal a round by provider and share a group of it; return its id."""
    people = [(f"{mark}{number}", f"{mark} Zorg", number % 5) for number in range(12)]
    name = f"aanbieders-{mark.lower()}"
    opened = await sealed_round(site.database, site.settings, code, name, people, design=by_provider())
    own = {"municipality": code, "round_id": opened.round_id}
    async with tenant_transaction(site.database, code) as session:
        session.add(SharedActivity(**own, activity=f"{mark} Zorg", shared_on=dutch_day(), shared_by="7f"))
    return str(opened.round_id)


async def _fill(site: Site, code: str, mark: str, opened: OpenedRound, call: str) -> None:
    keys = site.settings.encryption_keys
    async with tenant_transaction(site.database, code) as session:
        row = await session.get_one(Round, opened.round_id)
        row.title = f"{mark} onderzoek"
        row.series, row.wave = f"reeks-{mark.lower()}", 0
        request = CallbackRequest("0612345678", f"{mark} Beller")
        key = opened.key()
        sealed = seal_request(keys, key, "VER01", request)
        session.add(
            callback_of(key, "VER01", sealed, call_id=call, round_id=opened.round_id, story=f"{mark} verhaal", size=100)
        )
        session.add(HouseStyle(municipality=code, number=1, tokens={}, logo="", contact={"address": f"{mark} straat"}))
        await assign_edition(session, opened.round_id, 1)


async def stored(site: Site, code: str) -> dict[str, list[str]]:
    """Return every row of a municipality, by table: nobody else may change one."""
    found: dict[str, list[str]] = {}
    async with reading_across(site.database) as session:
        for table in TenantRow.__subclasses__():
            own = table.__table__.select().where(col(table.municipality) == code)  # type: ignore[attr-defined]
            found[str(table.__tablename__)] = sorted(map(repr, await session.exec(own)))
        for placed in (Membership, IdentityProvider):
            own = placed.__table__.select().where(col(placed.place) == code)  # type: ignore[attr-defined]
            found[placed.__tablename__] = sorted(map(repr, await session.exec(own)))
    return found
