"""What the isolation suite knows: the routes of the application, and a municipality with one of everything."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from arrangements import OpenedRound, arrange_round, hand_in
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from sqlmodel import SQLModel, select
from web.running import Site
from web.staffing import add_staff

from ceo.clock import dutch_day, now
from ceo.storage.callbacks import Callback
from ceo.storage.configurations import Configuration, ConfigurationRevision
from ceo.storage.house_styles import HouseStyle
from ceo.storage.people import IdentityProvider, Membership
from ceo.storage.rounds import Round
from ceo.storage.submissions import assign_edition
from ceo.storage.tenancy import TenantRow, reading_across, shared_transaction, tenant_transaction
from ceo.web.staff.access import needed
from ceo.workflows.rights import Role

# In everything that the municipality of the suite has and nobody else may see.
SECRET: Final = "Geheimzinnig"
# Kept out of the comparison of what is stored: pages write when somebody was seen.
_MOVING: Final = frozenset({"sign_in", "wrong_codes"})


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
    configuration, call, provider = (uuid.uuid4().hex for _ in range(3))
    await _fill(site, code, mark, opened, configuration, call, member)
    async with shared_transaction(site.database) as session:
        session.add(
            IdentityProvider(
                id=provider, place=code, label=mark, issuer=f"https://{mark}.example", client_id="a", client_secret="b"
            )
        )
    return {
        "municipality_code": code,
        "round_id": str(opened.round_id),
        "measurement": f"wmo-{mark.lower()}",
        "extension": "csv",
        "configuration_id": configuration,
        "user_id": member,
        "provider_id": provider,
        "call_id": call,
    }


async def _fill(  # noqa: PLR0913 - one of everything
    site: Site, code: str, mark: str, opened: OpenedRound, configuration: str, call: str, member: str
) -> None:
    async with tenant_transaction(site.database, code) as session:
        row = await session.get_one(Round, opened.round_id)
        row.title = f"{mark} onderzoek"
        session.add(Callback(municipality=code, id=call, round_id=opened.round_id, sealed=mark))
        session.add(Configuration(municipality=code, id=configuration, title=f"{mark} vragenlijst", revision=1))
        await session.flush()
        session.add(
            ConfigurationRevision(
                municipality=code,
                configuration_id=configuration,
                number=1,
                on_revision=0,
                content={"definition": {"title": mark}, "texts": {}},
                change={"code": "begun"},
                made_by=member,
                made_at=now(),
            )
        )
        session.add(HouseStyle(municipality=code, number=1, tokens={}, logo="", contact={"address": f"{mark} straat"}))
        await assign_edition(session, opened.round_id, 1)


async def stored(site: Site, code: str) -> dict[str, list[str]]:
    """Return every row of a municipality, by table: nobody else may change one."""
    found: dict[str, list[str]] = {}
    async with reading_across(site.database) as session:
        for table in TenantRow.__subclasses__():
            rows = await session.exec(select(table))
            found[str(table.__tablename__)] = sorted(_written(row) for row in rows if row.municipality == code)
        members = await session.exec(select(Membership))
        found["membership"] = sorted(_written(row) for row in members if row.place == code)
        providers = await session.exec(select(IdentityProvider))
        found["identity_provider"] = sorted(_written(row) for row in providers if row.place == code)
    return found


def _written(row: SQLModel) -> str:
    return repr(sorted(row.model_dump(mode="json").items()))
