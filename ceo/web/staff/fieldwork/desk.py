"""A desk: somebody of the municipality who works on a round with the code of one client in hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from litestar import Request
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, SkipValidation

from ceo.clock import now
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.security import READING_METHODS
from ceo.web.staff.access import needs
from ceo.web.staff.rounds.requiring import require_round
from ceo.workflows.answering.access_codes import AccessKey, access_key, read_code
from ceo.workflows.inviting.brought_codes import CodeFault, read_typed
from ceo.workflows.paper.keying import Keying
from ceo.workflows.rights import Right, Staff
from ceo.workflows.rounds.listing import RoundOverview
from questionnaires.answering import Form


@dataclass(frozen=True, slots=True)
class Desk:
    """Who works, for which municipality and in which round, with the form that was just sent; an empty one for a page that is opened."""

    request: Request[Any, Any, Any]
    installation: Installation
    municipality: Municipality
    overview: RoundOverview
    staff: Staff
    form: Form

    @property
    def round_id(self) -> int:
        """Return the id of the round."""
        assert self.overview.round.id is not None, "a stored round has an id"
        return self.overview.round.id

    @property
    def address(self) -> str:
        """Return the address of the fieldwork of the round."""
        return f"/werk/{self.municipality.code}/veldwerk/{self.round_id}"

    @property
    def keying(self) -> Keying:
        """Return who keys now."""
        settings = self.installation.settings
        return Keying(self.staff.id, now(), self.installation.today, settings.secret_key)

    def said(self, name: str) -> str:
        """Return what the form says in a field, "" for nothing."""
        return next(iter(self.form.get(name, ())), "")

    def typed_code(self) -> str | CodeFault:
        """Return the code that was typed or scanned, in groups of four; or what is wrong with it."""
        return read_typed(self.installation.settings.secret_key, self.municipality.code, self.said("code"))

    def key_of(self, code: str) -> AccessKey:
        """Return the access key of a code."""
        return access_key(self.installation.settings.secret_key, self.municipality.code, read_code(code) or "")


# The desk of an address; Litestar is not to look inside.
OwnDesk: TypeAlias = NamedDependency[SkipValidation[Desk]]


async def desk_of(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Desk:
    """Return the desk at which a request is made."""
    overview = await require_round(installation, municipality, round_id)
    form = {} if request.method in READING_METHODS else await read_form(request)
    return Desk(request, installation, municipality, overview, staff, form)


AT_DESK: Final[dict[str, Any]] = {**needs(Right.RUN_FIELDWORK), "dependencies": {"desk": Provide(desk_of)}}
