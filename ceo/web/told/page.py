"""The page for residents: published scores, what the municipality did, and words of people who let others read them."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException

from ceo.storage.municipalities import Municipality
from ceo.web.installation import Installation
from ceo.web.readers import EASY, reader_of, reader_page
from ceo.web.resident.entrance import asked_in
from ceo.workflows.answering.arriving import newest_round
from ceo.workflows.told.showing import told_quotes, told_scores
from ceo.workflows.told.telling import told_actions


@get("/wat-wij-deden")
async def show_told(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Tell residents what was heard and what was done. Quotes stand only beside something that staff decided to tell.

    A municipality that never asked, published or told anything has no such page: it promised nobody anything.
    """
    its_round = await newest_round(installation.database, municipality.code)
    questionnaire = await asked_in(installation, its_round)
    reader = reader_of(request, questionnaire)
    actions = await told_actions(installation.database, municipality.code, reader)
    scores = await told_scores(installation.database, installation.cubes, municipality.code)
    if its_round is None and scores is None and not actions:
        raise NotFoundException
    # The page gives notice of either; words of invented people stand on no page without it.
    simulated = scores.simulated if scores is not None else its_round is not None and its_round.simulated
    return reader_page(
        "told.html",
        reader,
        questionnaire,
        place="wat-wij-deden",
        municipality=municipality,
        round=its_round,
        scores=scores,
        easy=reader.register == EASY,
        actions=actions,
        quotes=await told_quotes(installation.database, municipality.code, simulated=simulated) if actions else (),
    )
