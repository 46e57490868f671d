"""The start page: where to go from here."""

from __future__ import annotations

from litestar import Response, get
from litestar.di import NamedDependency

from ceo.web.installation import Installation
from ceo.web.pages import page
from ceo.workflows.demonstration import next_codes
from ceo.workflows.results import open_municipalities, shown_rounds
from exports.formats import WRITERS


@get("/")
async def show_start(installation: NamedDependency[Installation]) -> Response[str]:
    """Show the municipalities that ask something now, and the results that are open to all."""
    names = installation.municipalities
    asking = await open_municipalities(installation.database, today=installation.today)
    shown = await shown_rounds(installation.database)
    codes = await next_codes(installation.database, installation.settings, today=installation.today)
    return page(
        "start.html",
        asking=sorted((names[code] for code in asking), key=lambda municipality: municipality.name),
        shown=sorted(
            ((names[its_round.municipality], its_round) for its_round in shown), key=lambda pair: pair[0].name
        ),
        codes=codes,
        formats=tuple(WRITERS),
    )
