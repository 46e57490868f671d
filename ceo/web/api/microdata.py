"""Protected microdata for the program of who has an agreement: what its key belongs to, and the files, each recorded when it leaves.

A key opens the agreement that it was made for, and nothing of another one. No answer is kept by anybody on the way.
"""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_401_UNAUTHORIZED, HTTP_403_FORBIDDEN, HTTP_404_NOT_FOUND

from ceo.clock import now
from ceo.storage.agreements import Agreement
from ceo.storage.api_keys import ApiKey
from ceo.web.api.allowances import key_of
from ceo.web.api.editions import START, json_of, reading
from ceo.web.api.negotiation import JSON, PRIVATE, choose_type
from ceo.web.api.parameters import refuse_parameters
from ceo.web.api.refusing import Refusal
from ceo.web.installation import Installation
from ceo.workflows.api_keys.making import Scope
from ceo.workflows.microdata.agreeing import find_agreement, works
from ceo.workflows.microdata.forms import MEDIA_TYPES
from ceo.workflows.microdata.handing_out import WantedFile, find_handing_faults, hand_out
from ceo.workflows.releases.deciding import By

# Who did something in the record: a key, by its id.
ACTOR: Final = "api-key"
_MADE_AT: Final = "Een landelijke redacteur maakt een sleutel op de bladzijde van de overeenkomst."


@reading("/agreements")
async def send_agreements(
    request: Request[Any, Any, Any], installation: NamedDependency[Installation]
) -> Response[bytes]:
    """Tell to which agreement the key belongs, whether it still works, and which files there are."""
    choose_type(request.headers.get("accept", ""), (JSON,))
    refuse_parameters(request)
    row = await _own_agreement(installation, _require_key(request))
    document = {"agreements": [_told(row, installation)]}
    return Response(json_of(document), media_type=JSON, headers={"cache-control": PRIVATE})


@reading("/agreements/{agreement:str}/files/{form:str}", cost=10)
async def send_agreement_file(
    request: Request[Any, Any, Any],
    agreement: FromPath[str],
    form: FromPath[str],
    installation: NamedDependency[Installation],
) -> Response[bytes]:
    """Hand out a file of the agreement. Only what is sent is made and recorded: HEAD tells whether it could be."""
    refuse_parameters(request)
    key = _require_key(request)
    row = await _own_agreement(installation, key)
    if agreement != row.id:
        raise Refusal(
            HTTP_404_NOT_FOUND,
            "Deze overeenkomst is er niet.",
            f"Welke bij uw sleutel hoort, staat op {START}/agreements.",
        )
    if form not in MEDIA_TYPES:
        raise Refusal(HTTP_404_NOT_FOUND, "Dit bestand is er niet.", f"Kies uit: {', '.join(MEDIA_TYPES)}.")
    media_type = MEDIA_TYPES[form]
    choose_type(request.headers.get("accept", ""), (media_type,))
    by = By(key.place, f"{ACTOR} {key.id}", now())
    wanted = WantedFile(row.id, form)
    if request.method == "HEAD":
        faults = await find_handing_faults(installation.database, row.id, by)
        if faults:
            raise _refused(faults)
        return Response(b"", media_type=media_type, headers={"cache-control": PRIVATE})
    made = await hand_out(installation.database, installation.settings, wanted, by)
    if isinstance(made, tuple):
        raise _refused(made)
    named = f'attachment; filename="{made.name}"'
    headers = {"cache-control": PRIVATE, "content-disposition": named}
    return Response(made.content, media_type=media_type, headers=headers)


def _require_key(request: Request[Any, Any, Any]) -> ApiKey:
    """Return the key of who asks. Raises `Refusal` when there is none, or it is for something else."""
    key = key_of(request)
    if key is None:
        raise Refusal(
            HTTP_401_UNAUTHORIZED,
            "Hiervoor is een sleutel nodig.",
            f"Stuur de sleutel mee als Authorization: Bearer. {_MADE_AT}",
            headers={"www-authenticate": 'Bearer realm="ceo"'},
        )
    if Scope.MICRODATA not in key.scopes or key.agreement is None:
        raise Refusal(HTTP_403_FORBIDDEN, "Deze sleutel hoort bij geen overeenkomst.", _MADE_AT)
    return key


async def _own_agreement(installation: Installation, key: ApiKey) -> Agreement:
    row = await find_agreement(installation.database, key.agreement or "", key.place)
    if row is None:
        raise Refusal(HTTP_403_FORBIDDEN, "Deze sleutel hoort bij geen overeenkomst.", _MADE_AT)
    return row


def _refused(faults: tuple[Any, ...]) -> Refusal:
    """Return why a file does not leave: cause and cure of everything, the first as the title."""
    return Refusal(
        HTTP_403_FORBIDDEN,
        faults[0].cause,
        faults[0].cure,
        tuple({"plaats": one.place, "wat": one.cause, "doe": one.cure} for one in faults),
    )


def _told(row: Agreement, installation: Installation) -> dict[str, Any]:
    base = f"{installation.settings.base_url}{START}"
    ended = "ended" if row.ended_on else "expired"
    return {
        "agreement": row.id,
        "user": row.user,
        "purpose": row.purpose,
        "release": row.release,
        "edition": row.edition,
        "state": "active" if works(row, installation.today) else ended,
        "ends_on": row.ends_on.isoformat(),
        "ended_on": row.ended_on.isoformat() if row.ended_on else None,
        "ended_because": row.ended_because or "",
        "files": [
            {"form": form, "media_type": media_type, "address": f"{base}/agreements/{row.id}/files/{form}"}
            for form, media_type in MEDIA_TYPES.items()
        ],
        "links": {"release": f"{base}/releases/{row.release}/{row.edition}"},
    }


ROUTES: Final = (send_agreements, send_agreement_file)
