"""Choosing which column of a list holds what, and who is left out; then the list is loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.kept_files import FilePurpose, KeptFile
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.staff.access import needs
from ceo.web.staff.fieldwork import frame_words
from ceo.web.staff.fieldwork.series_key import NO_KEY, KeyShown, key_shown, read_key
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.web.staff.rounds.requiring import require_round
from ceo.web.staff.rounds.typed import read_day
from ceo.workflows.frames.choices import USUAL_REST, FrameChoices
from ceo.workflows.frames.frame_state import read_frame_state
from ceo.workflows.frames.listed import Act
from ceo.workflows.frames.mapping import PLAIN_FIELDS, Columns, ListField, columns_of, faults_of_columns, masked
from ceo.workflows.frames.receiving import ListLook, Refused, look_at_list, order_list, shown_rows
from ceo.workflows.frames.rows import Cell, column_letters
from ceo.workflows.rights import Right, Staff
from ceo.workflows.rounds.listing import RoundOverview

_COLUMN: Final = "kolom-"
_RESTS: Final = (0, 6, 12, 18, 24)
_OLDEST: Final = 120


@get("/veldwerk/{round_id:int}/lijst/koppeling", **needs(Right.RUN_FIELDWORK))
async def show_mapping(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Show the columns of the list that waits, with what each seems to hold."""
    overview = await require_round(installation, municipality, round_id)
    file, look = await _waiting(installation, overview)
    if file is None or look is None:
        return go_to(f"/werk/{municipality.code}/veldwerk/{round_id}/lijst")
    key = await key_shown(installation, overview.round, file)
    return _page(request, overview, file, look, typed=_usual(), key=key)


@post("/veldwerk/{round_id:int}/lijst/koppeling", status_code=HTTP_303_SEE_OTHER, **needs(Right.RUN_FIELDWORK))
async def choose_mapping(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Let the list be loaded as was chosen, or tell everything that is wrong with the choice."""
    overview = await require_round(installation, municipality, round_id)
    file, look = await _waiting(installation, overview)
    page = f"/werk/{municipality.code}/veldwerk/{round_id}/lijst"
    typed = {name: next(iter(values), "") for name, values in (await read_form(request)).items()}
    if file is None or look is None:
        return go_to(page)
    if typed.get("bestand") != file.id:
        return go_to(page, done="ander-bestand")
    if isinstance(look, Refused):
        return _page(request, overview, file, look, typed=typed)
    columns = _chosen(typed, look)
    choices, faults = _read_choices(request, typed)
    faults = {**_column_faults(request, file, columns, choices), **faults}
    key = await read_key(request, installation, overview.round, file, typed)
    faults = {**faults, **key.faults}
    if not faults and not key.shown.made:
        ordered = await _order(installation, overview, file, look, columns, choices, staff, series_key=key.sealed)
        if not isinstance(ordered, Refused):
            return go_to(page, done="begonnen")
        faults = {"koppeling": _sentence(request, ordered.code)}
    return _page(request, overview, file, look, typed=typed, columns=columns, faults=faults, key=key.shown)


async def _order(  # noqa: PLR0913 - what is loaded, how, and by whom
    installation: Installation,
    overview: RoundOverview,
    file: KeptFile,
    look: ListLook,
    columns: Columns | None,
    choices: FrameChoices,
    staff: Staff,
    *,
    series_key: str,
) -> str | Refused:
    return await order_list(
        installation.database,
        overview.round.municipality,
        file,
        look,
        columns,
        choices,
        opens_on=overview.round.opens_on,
        today=installation.today,
        actor=staff.id,
        now=now(),
        series_key=series_key,
    )


async def _waiting(
    installation: Installation, overview: RoundOverview
) -> tuple[KeptFile | None, ListLook | Refused | None]:
    """Return the list that waits to be loaded, and what it begins with."""
    row = overview.round
    assert row.id is not None
    state = await read_frame_state(installation.database, row.municipality, row.id)
    if state.file is None:
        return None, None
    keys = installation.settings.encryption_keys
    return state.file, await look_at_list(installation.database, keys, row.municipality, state.file.id)


def _usual() -> dict[str, str]:
    return {"rust": str(USUAL_REST), "jongste": "", "oudste": "", "vanaf": "", "tot": "", "wet": ""}


def _chosen(typed: Mapping[str, str], look: ListLook) -> Columns | None:
    if look.head is None:
        return None
    values = [typed.get(f"{_COLUMN}{place}", "") for place in range(_width(look))]
    return columns_of([ListField(value) if value in frame_words.FIELDS else None for value in values])


def _column_faults(
    request: Request[Any, Any, Any], file: KeptFile, columns: Columns | None, choices: FrameChoices
) -> dict[str, str]:
    if columns is None:
        return {}
    is_first = file.purpose == FilePurpose.CLIENT_LIST
    needed = [ListField.ACT] if is_first and choices.act is None else []
    codes = list(faults_of_columns(columns, needed=needed))
    if not is_first and not columns.with_contacts:
        codes.append("no-contact")
    faults = {}
    for code in codes:
        field = ListField(code.partition("-")[2]) if code != "no-contact" else None
        places = columns.places.get(field, ()) if field is not None else ()
        name = f"{_COLUMN}{places[-1]}" if places else ("wet" if code == "no-act" else f"{_COLUMN}0")
        faults[name] = _sentence(request, code)
    return faults


def _read_choices(request: Request[Any, Any, Any], typed: Mapping[str, str]) -> tuple[FrameChoices, dict[str, str]]:
    """Return who counts, and what is wrong by field."""
    faults: dict[str, str] = {}
    rest, act = typed.get("rust", ""), typed.get("wet", "")
    choices = FrameChoices(
        act=Act(act) if act in frame_words.ACTS else None,
        rest=int(rest) if rest in {str(months) for months in _RESTS} else USUAL_REST,
        youngest=_age(request, typed, "jongste", faults),
        oldest=_age(request, typed, "oudste", faults),
        from_day=_day(request, typed, "vanaf", faults),
        until_day=_day(request, typed, "tot", faults),
    )
    if choices.youngest is not None and choices.oldest is not None and choices.oldest < choices.youngest:
        faults["oudste"] = staff_words(request, N_("Dit is jonger dan de jongste. Draai ze om."))
    if choices.from_day and choices.until_day and choices.until_day < choices.from_day:
        faults["tot"] = staff_words(request, N_("Deze dag ligt voor de eerste dag. Draai ze om."))
    return choices, faults


def _age(request: Request[Any, Any, Any], typed: Mapping[str, str], name: str, faults: dict[str, str]) -> int | None:
    text = typed.get(name, "").strip()
    if not text or (text.isascii() and text.isdecimal() and int(text[:4]) <= _OLDEST):
        return int(text) if text else None
    faults[name] = staff_words(request, N_("Vul een leeftijd van 0 tot en met 120 in, of laat dit leeg."))
    return None


def _day(request: Request[Any, Any, Any], typed: Mapping[str, str], name: str, faults: dict[str, str]) -> date | None:
    text = typed.get(name, "").strip()
    found = read_day(text)
    if text and found is None:
        faults[name] = staff_words(request, N_("Vul een dag in, zoals 2027-03-01, of laat dit leeg."))
    return found


def _rest(request: Request[Any, Any, Any], months: int) -> str:
    if not months:
        return staff_words(request, N_("mag weer gevraagd worden"))
    return staff_words(request, N_("%(months)s maanden niet"), months=months)


def _sentence(request: Request[Any, Any, Any], code: str) -> str:
    return " ".join(staff_words(request, word) for word in frame_words.fault_words(code))


def _width(look: ListLook) -> int:
    rows = [look.head, *look.rows] if look.head is not None else []
    return max((len(row.cells) for row in rows), default=0)


def _shown(cell: Cell, field: ListField | None) -> str:
    """Return a cell as it may be shown: of what is somebody's, its shape only."""
    return str(cell) if field in PLAIN_FIELDS else masked(cell)


def _columns_for_page(look: ListLook, columns: Columns) -> list[dict[str, Any]]:
    head = look.head
    if head is None:
        return []
    suggested = look.columns.places.items() if look.columns is not None else ()
    plain = {place: field for field, places in suggested for place in places}
    chosen = {place: field for field, places in columns.places.items() for place in places}
    return [
        {
            "name": f"{_COLUMN}{place}",
            "letters": column_letters(place),
            "head": str(head.cell(place)),
            "chosen": field.value if (field := chosen.get(place)) is not None else "",
            "cells": [_shown(row.cell(place), plain.get(place)) for row in shown_rows(look)],
        }
        for place in range(_width(look))
    ]


def _page(  # noqa: PLR0913 - what was typed, and what is wrong with it
    request: Request[Any, Any, Any],
    overview: RoundOverview,
    file: KeptFile,
    look: ListLook | Refused,
    *,
    typed: Mapping[str, str],
    columns: Columns | None = None,
    faults: Mapping[str, str] | None = None,
    key: KeyShown = NO_KEY,
) -> Response[str]:
    refused = look if isinstance(look, Refused) else None
    shown: Sequence[dict[str, Any]] = ()
    if isinstance(look, ListLook):
        shown = _columns_for_page(look, columns or look.columns or Columns({}))
    return staff_page(
        request,
        "staff/fieldwork/frame_mapping.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        overview=overview,
        file=file,
        look=look,
        refused=refused,
        columns=shown,
        is_first=file.purpose == FilePurpose.CLIENT_LIST,
        typed={**_usual(), **typed},
        acts=[(act, staff_words(request, label)) for act, label in frame_words.ACTS.items()],
        rests=[(str(months), _rest(request, months)) for months in _RESTS],
        words=frame_words,
        key=key,
        faults=faults or {},
    )


ROUTES: Final = (show_mapping, choose_mapping)
