"""What pages of municipalities and partners have in common: the same figures are drawn in the same way."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from litestar import Request, Response

from ceo.web.staff.activities.telling import tell_changes
from ceo.web.staff.activities.words import (
    LAWS,
    change_decimals,
    change_text,
    figure_text,
    legend_of,
    seen_words,
    size_words,
    why_not,
)
from ceo.web.staff.pages import staff_language, staff_page
from ceo.workflows.activities.changes import Line, RefusedByPolicy, SeriesChanges
from ceo.workflows.activities.providers import ProviderGroup, Shown
from ceo.workflows.activities.sharing import SealedRound


async def changes_page(
    request: Request[Any, Any, Any], made: SeriesChanges | RefusedByPolicy, *, back: str
) -> Response[str]:
    """Answer with the changes of a series. `back`: the part of the workplace that leads here, "" for the first page."""
    if isinstance(made, RefusedByPolicy):
        return refused_page(request, made, title="", back=back)
    language = staff_language(request)

    def change(line: Line, decimals: int) -> tuple[str, str, str]:
        return change_text(line, decimals, language)

    return staff_page(
        request,
        "staff/activities/changes.html",
        series=made,
        told=await asyncio.to_thread(tell_changes, made),
        change=change,
        decimals_of=change_decimals,
        seen=seen_words,
        legend=legend_of(made),
        size=size_words,
        why_not=why_not,
        back=back,
    )


def round_values(
    request: Request[Any, Any, Any], found: SealedRound, groups: Sequence[ProviderGroup], floor: int
) -> dict[str, Any]:
    """Return what the pages of a round with providers show."""
    language = staff_language(request)

    def figure(shown: Shown, unit: str) -> tuple[str, str, str]:
        return figure_text(shown, unit, language)

    return {
        "round": found.row,
        "shared": found.shared,
        "groups": groups,
        "floor": floor,
        "figure": figure,
        "why_not": why_not,
    }


def refused_page(
    request: Request[Any, Any, Any], refused: RefusedByPolicy, *, title: str, back: str, **values: Any
) -> Response[str]:
    """Answer that the policy forbids these figures, and what to do where nobody named a law. `values`: as of `round_values`."""
    told = {"law": LAWS.get(refused.law, ""), "title": title, "back": back, "shared": (), **values}
    return staff_page(request, "staff/activities/refused.html", **told)
