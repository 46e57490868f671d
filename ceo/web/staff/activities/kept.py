"""Figures of activities, computed once: they follow from sealed answers, and stay the same as long as these do."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request
from litestar.exceptions import NotFoundException

from ceo.storage.municipalities import Municipality
from ceo.web.installation import Installation
from ceo.web.made_once import MadeOnce
from ceo.web.staff.rounds.requiring import LARGEST_ID
from ceo.workflows.activities.changes import RefusedByPolicy, SeriesChanges
from ceo.workflows.activities.providers import ProviderFigures
from ceo.workflows.activities.reading import compute_changes, find_series
from ceo.workflows.activities.sharing import SealedRound, compute_providers, find_sealed_round

_Kept = MadeOnce[SeriesChanges | ProviderFigures | RefusedByPolicy]
# Series and rounds, of some tens of kilobytes each.
_MOST: Final = 200


async def changes_of(
    request: Request[Any, Any, Any], installation: Installation, municipality: Municipality, series: str
) -> SeriesChanges | RefusedByPolicy:
    """Return the changes of a series of a municipality, or tell that there is no such page."""
    found = await find_series(installation.database, municipality.code, series)
    if found is None:
        raise NotFoundException
    made = await _kept(request).find(found.key, lambda: compute_changes(installation.database, found))
    assert not isinstance(made, ProviderFigures), "a key names what it is of"
    return made


async def require_sealed_round(installation: Installation, municipality: Municipality, round_id: int) -> SealedRound:
    """Return a sealed round with groups of providers, or tell that there is no such page."""
    if round_id > LARGEST_ID:
        raise NotFoundException
    found = await find_sealed_round(installation.database, municipality.code, round_id)
    if found is None:
        raise NotFoundException
    return found


async def providers_of(
    request: Request[Any, Any, Any], installation: Installation, municipality: Municipality, round_id: int
) -> tuple[SealedRound, ProviderFigures | RefusedByPolicy]:
    """Return a sealed round with its figures by group, or tell that there is no such page."""
    found = await require_sealed_round(installation, municipality, round_id)
    made = await _kept(request).find(found.key, lambda: compute_providers(installation.database, found))
    assert not isinstance(made, SeriesChanges), "a key names what it is of"
    return found, made


def _kept(request: Request[Any, Any, Any]) -> _Kept:
    """Return what this process keeps; it begins with who asks first."""
    state = request.app.state
    if "activities" not in state:
        state.activities = MadeOnce(_MOST, lambda _: 1)
    kept: _Kept = state.activities
    return kept
