"""A configuration on the desk of an editor: opened for each of its pages, and changed by their forms.

What became of a form is told in one place: it was kept, somebody else was first, it cannot be changed any more, or it says something
that cannot be kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, TypeAlias

from litestar import Request, Response
from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, SkipValidation
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_409_CONFLICT, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.municipalities import Municipality
from ceo.web.installation import Installation
from ceo.web.staff.access import SEAL_FIELD, needs
from ceo.web.staff.pages import staff_page
from ceo.web.staff.questionnaire.fields import REVISION, Form, revision_of
from ceo.web.staff.questionnaire.history_words import change_words
from ceo.web.staff.questionnaire.typed_words import typed_words
from ceo.workflows import configuring
from ceo.workflows.configuring import Changed, Closed, Editing, NothingToUndo, OpenConfiguration, Overtaken
from ceo.workflows.rights import Right, Staff
from questionnaires.configuring.changes import Change
from questionnaires.configuring.describing import Overview, describe
from questionnaires.configuring.examining import Examination, examine
from questionnaires.configuring.remarks import Remark

# Where a fault leads that is about no field of the form: to the top of the page.
TOP: Final = "inhoud"
Faults: TypeAlias = dict[str, str]
# What a page needs on which a configuration is changed.
EDIT: Final = needs(Right.EDIT_QUESTIONNAIRES)
Outcome: TypeAlias = Changed | Overtaken | Closed | NothingToUndo | tuple[Remark, ...]


@dataclass(frozen=True)  # no slots: what is worked out of a configuration is kept for the page
class Desk:
    """Who works on which configuration."""

    request: Request[Any, Any, Any]
    municipality: Municipality
    staff: Staff
    installation: Installation
    opened: OpenConfiguration

    @property
    def home(self) -> str:
        """Return the address of the configuration."""
        return f"{home_of(self.municipality)}/{self.opened.id}"

    @property
    def changeable(self) -> bool:
        """Tell whether it can be changed: what was published or removed, and an older revision, cannot."""
        opened = self.opened
        return opened.published_hash is None and not opened.removed and opened.revision == opened.newest

    @cached_property
    def overview(self) -> Overview:
        """Return everything that the pages list."""
        return describe(self.opened.document, self.opened.foundation)

    @cached_property
    def seen(self) -> Examination:
        """Return what is wrong, how long it takes, and how far the languages are."""
        return examine(self.opened.document, self.opened.foundation)

    def editing(self, form: Form) -> Editing:
        """Return who changes what, and on which revision the form was made."""
        return Editing(
            municipality=self.municipality.code,
            configuration=self.opened.id,
            on=revision_of(form),
            actor=self.staff.id,
            now=now(),
        )


class NotChangeableError(Exception):
    """A configuration was published or removed. The message is its address."""


# The configuration of an address; Litestar is not to look inside.
OpenedDesk: TypeAlias = NamedDependency[SkipValidation[Desk]]


def home_of(municipality: Municipality) -> str:
    """Return the address of the questionnaires of a municipality."""
    return f"/werk/{municipality.code}/vragenlijsten"


async def desk_of(
    request: Request[Any, Any, Any],
    configuration_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    staff: NamedDependency[Staff],
    installation: NamedDependency[Installation],
) -> Desk:
    """Return the configuration of an address; one of another municipality does not exist here."""
    opened = await configuring.open_configuration(installation.database, municipality.code, configuration_id)
    if opened is None:
        raise NotFoundException
    return Desk(request, municipality, staff, installation, opened)


async def changeable_desk_of(
    request: Request[Any, Any, Any],
    configuration_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    staff: NamedDependency[Staff],
    installation: NamedDependency[Installation],
) -> Desk:
    """Return the configuration of an address, for a page on which it is changed; one that cannot be changed has no such page."""
    desk = await desk_of(request, configuration_id, municipality, staff, installation)
    if not desk.changeable:
        raise NotChangeableError(desk.home)
    return desk


# The same for a page that shows a form: without a configuration that can be changed there is none.
EDIT_PAGE: Final[dict[str, Any]] = {**EDIT, "dependencies": {"desk": Provide(changeable_desk_of)}}


def show_why(_: Request[Any, Any, Any], error: NotChangeableError) -> Redirect:
    """Lead to the overview, which says why a configuration cannot be changed."""
    return Redirect(str(error), status_code=HTTP_303_SEE_OTHER)


def desk_page(desk: Desk, template: str, *, status: int = HTTP_200_OK, **values: Any) -> Response[str]:
    """Answer with a page about a configuration."""
    return staff_page(
        desk.request,
        f"staff/questionnaire/{template}",
        status=status,
        desk=desk,
        home=desk.home,
        revision=desk.opened.revision,
        overview=desk.overview,
        seen=desk.seen,
        **{"faults": {}, **values},
    )


def lead_to(desk: Desk, place: str = "", *, done: str = "", at: str = "") -> Redirect:
    """Lead to a page of the configuration after a form; `done` is a code for what was done, `at` the id of a place on the page."""
    query = f"?gedaan={done}" if done else ""
    anchor = f"#{at}" if at else ""
    return Redirect(f"{desk.home}{place}{query}{anchor}", status_code=HTTP_303_SEE_OTHER)


async def keep(
    desk: Desk,
    form: Form,
    change: Change,
    *,
    then: Redirect,
    otherwise: Callable[[tuple[Remark, ...]], Response[Any]],
) -> Response[Any]:
    """Make a change and lead on; `otherwise` draws the form again when the change cannot be kept."""
    outcome = await configuring.change(desk.installation.database, desk.editing(form), change)
    return await conclude(desk, form, outcome, then=then, otherwise=otherwise)


async def conclude(
    desk: Desk,
    form: Form,
    outcome: Outcome,
    *,
    then: Redirect,
    otherwise: Callable[[tuple[Remark, ...]], Response[Any]] | None = None,
) -> Response[Any]:
    """Answer a form with what became of it."""
    if isinstance(outcome, Overtaken):
        return await _overtaken(desk, form, outcome)
    if isinstance(outcome, Closed):
        return desk_page(await _again(desk), "closed.html", status=HTTP_409_CONFLICT, reason=outcome.reason)
    if isinstance(outcome, tuple):
        assert otherwise is not None, "this change can always be kept"
        return otherwise(outcome)
    return then


def refuse(desk: Desk, remarks: Sequence[Remark], *, place: str = "") -> Response[Any]:
    """Tell what cannot be kept on a page of its own, for forms of one button; `place` is where the way back leads."""
    return desk_page(
        desk, "refused.html", status=HTTP_422_UNPROCESSABLE_ENTITY, remarks=remarks, back=f"{desk.home}{place}"
    )


def faults_of(remarks: Sequence[Remark], fields: Mapping[str, str]) -> Faults:
    """Return remarks by the field of a form that they are about; `fields` gives the control of each field of a remark."""
    faults: Faults = {}
    for remark in remarks:
        name = fields.get(remark.spot.field, TOP)
        faults[name] = " ".join(filter(None, (faults.get(name, ""), remark.cause, remark.cure)))
    return faults


async def _overtaken(desk: Desk, form: Form, outcome: Overtaken) -> Response[Any]:
    """Show who changed what meanwhile, with everything that was typed, ready to be sent once more."""
    sent = [(name, value) for name, values in form.items() for value in values if name not in {REVISION, SEAL_FIELD}]
    return desk_page(
        await _again(desk),
        "overtaken.html",
        status=HTTP_409_CONFLICT,
        outcome=outcome,
        meanwhile=[(line, change_words(desk.request, line.code, line.details)) for line in outcome.by],
        sent=sent,
        typed=typed_words(desk.request, sent),
        action=desk.request.scope["path"],
    )


async def _again(desk: Desk) -> Desk:
    """Return the desk with the configuration as it stands by now."""
    opened = await configuring.open_configuration(desk.installation.database, desk.municipality.code, desk.opened.id)
    return replace(desk, opened=opened) if opened is not None else desk
