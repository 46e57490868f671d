"""Figures of a group of municipalities that a program puts together: shown when disclosure control lets it, or refused with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_403_FORBIDDEN, HTTP_409_CONFLICT

from ceo.web.api.editions import open_edition, reading
from ceo.web.api.figures import introduced
from ceo.web.api.negotiation import JSON, choose_type
from ceo.web.api.parameters import Query, given_twice, query_of, refuse, unknown_names, unknown_values
from ceo.web.api.refusing import Fault, Refusal
from ceo.web.installation import Installation
from ceo.workflows.releases.asking import MOST_AREAS, Asked, Ledgers, RefusedGroup, ask_group

if TYPE_CHECKING:
    from exports.release.facts import ReleaseFacts

PARAMETERS: Final = ("indicator", "area", "measure", "category")
FEWEST_AREAS: Final = 2
_REFUSED: Final[Mapping[str, tuple[str, str]]] = {
    "member_without_figure": (
        "Van een gemeente in deze groep is er geen cijfer.",
        "Laat de gemeenten weg die hieronder staan.",
    ),
    "fewer_than_floor": ("Deze groep heeft te weinig mensen.", "Neem er gemeenten bij."),
    "near_published": (
        "Deze groep verschilt te weinig van een groep waarvan het cijfer al bekend is.",
        "Het verschil zou iets zeggen over een paar mensen. Kies een groep die meer verschilt.",
    ),
    "overlapping_levels": ("Deze groep kan niet worden samengesteld.", "Vraag de gemeenten apart op."),
    "nothing_to_combine": (
        "Deze cijfers kunnen niet worden samengenomen.",
        "Samennemen kan bij scores, gemiddelden en aandelen die er van elke gemeente in de groep zijn.",
    ),
}
_NOT_NOW: Final[Mapping[str, tuple[str, str]]] = {
    "not_current": (
        "Een eigen groep kan alleen in een editie die gepubliceerd is en geldt.",
        "Kies de nieuwste editie van deze uitgave.",
    ),
}


@reading("/releases/{name:str}/{edition:str}/selections", cost=10)
async def send_selection(
    request: Request[Any, Any, Any],
    name: FromPath[str],
    edition: FromPath[str],
    installation: NamedDependency[Installation],
) -> Response[bytes] | Response[None]:
    """Send the figures of a group, each with its interval, or why it is not shown."""
    choose_type(request.headers.get("accept", ""), (JSON,))
    query = query_of(request)
    _refuse_unreadable(query)
    asked = await open_edition(request, installation, name, edition)
    validators = asked.validators("selection", query.canonical())
    same = asked.unchanged(validators)
    if same is not None:
        return same
    release = await asked.open()
    _refuse_unknown(query, release.facts)
    group = Asked(query.one("indicator"), query.values("area"), query.values("measure"), query.values("category"))
    found = await ask_group(installation.database, _ledgers(request), asked.row, release, asked=group)
    if isinstance(found, RefusedGroup):
        raise _refusal(found)
    of_group = {"indicator": group.indicator, "areas": sorted(group.areas), "method": "weighted_areas"}
    figures = [asdict(figure) for figure in found]
    return asked.send({**asked.told(), **introduced(release), **of_group, "figures": figures}, validators)


def _refuse_unreadable(query: Query) -> None:
    faults = [*unknown_names(query, PARAMETERS), *given_twice(query, ("indicator",))]
    if "indicator" not in query.given:
        faults.append(Fault("indicator", "", "too-few", "Noem één indicator."))
    if not FEWEST_AREAS <= len(query.values("area")) <= MOST_AREAS:
        words = f"Noem {FEWEST_AREAS} tot en met {MOST_AREAS} verschillende gemeenten."
        faults.append(Fault("area", "", "too-few" if len(query.values("area")) < FEWEST_AREAS else "too-many", words))
    refuse(faults)


def _refuse_unknown(query: Query, facts: ReleaseFacts) -> None:
    from exports.release.facts import AreaType

    towns = [one.area for one in facts.areas if one.kind is AreaType.MUNICIPALITY]
    faults = [
        *unknown_values(query, "indicator", [one.indicator for one in facts.indicators]),
        *unknown_values(query, "area", towns, whole="als gemeente in deze editie"),
    ]
    refuse(faults)
    indicator = facts.indicator(query.one("indicator"))
    options = [option.code for option in indicator.options]
    refuse(
        [
            *unknown_values(query, "measure", indicator.measures, whole="bij deze indicator"),
            *unknown_values(query, "category", ["", *options], whole="bij deze indicator"),
        ]
    )


def _refusal(refused: RefusedGroup) -> Refusal:
    reason = refused.reason
    if reason in _NOT_NOW:
        return Refusal(HTTP_409_CONFLICT, *_NOT_NOW[reason], faults=(_fault(reason, _NOT_NOW[reason][0]),))
    title, cure = _REFUSED[reason]
    members = tuple(
        Fault("area", area, reason, f"Van deze gemeente is er geen cijfer: {why}.").document
        for area, why in refused.areas
    )
    return Refusal(HTTP_403_FORBIDDEN, title, cure, faults=members or (_fault(reason, title),))


def _fault(reason: str, words: str) -> dict[str, Any]:
    return Fault("area", "", reason, words).document


def _ledgers(request: Request[Any, Any, Any]) -> Ledgers:
    """Return the ledgers that this process has read."""
    state = request.app.state
    if state.get("ledgers") is None:
        state.ledgers = Ledgers()
    ledgers: Ledgers = state.ledgers
    return ledgers


ROUTES: Final = (send_selection,)
