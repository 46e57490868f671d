"""The start page: where to go from here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from ceo.storage.rounds import Round
from ceo.web.installation import Installation
from ceo.web.pages import page
from ceo.web.readers import reader_of
from ceo.workflows.demonstration.measurements import DemonstrationCode, has_draft_translations, next_codes
from ceo.workflows.releases.public import has_public_releases
from ceo.workflows.results.reading import open_municipalities, shown_rounds
from exports.formats import WRITERS


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the start page: a round in a municipality, with a code and its letter's address in the demonstration."""

    name: str
    round: Round
    code: str = ""
    path: str = ""


@get("/")
async def show_start(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[str]:
    """Show the municipalities that ask something now, and the results that are open to all."""
    names = {code: municipality.name for code, municipality in installation.municipalities.items()}
    asking = await open_municipalities(installation.database, today=installation.today)
    shown = await shown_rounds(installation.database)
    codes = await next_codes(installation.database, installation.settings, today=installation.today)
    return page(
        "start.html",
        language=reader_of(request, None).language,
        asking=sorted(((code, names[code]) for code in asking), key=lambda pair: pair[1]),
        invited=_by_measurement(map(_invited, codes)),
        shown=_by_measurement(Entry(names[its_round.municipality], its_round) for its_round in shown),
        drafts=await has_draft_translations(installation.versions, (code.round for code in codes)),
        formats=tuple(WRITERS),
        figures=await has_public_releases(installation.database),
    )


def _invited(code: DemonstrationCode) -> Entry:
    return Entry(code.name, code.round, code.code, code.path)


def _by_measurement(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Return the entries of each measurement in order of name, the measurement that was opened first in front."""
    groups: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: entry.round.id or 0):
        groups.setdefault(entry.round.measurement, []).append(entry)
    return [sorted(group, key=lambda entry: entry.name) for group in groups.values()]
