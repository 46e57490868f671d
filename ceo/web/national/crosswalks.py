"""A crosswalk from a form: choose two versions of a question, say what became of each answer, and give the evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.web.forms import read_form
from ceo.web.national.desk import Desk, conclude, desk_page, file_address, first, number_in
from ceo.web.national.words import FAULTS, STATEMENTS
from ceo.web.staff.access import needs
from ceo.web.staff.pages import staff_words
from ceo.workflows.library.crosswalk_forms import CrosswalkForm, Faults, find_ends, pairs_to_map, write_crosswalk
from ceo.workflows.library.current import text_digest
from ceo.workflows.library.drafted import DraftFile
from ceo.workflows.library.drafts import save_file
from ceo.workflows.library.statements import StatementKind
from ceo.workflows.rights import Right
from questionnaires.comparability.crosswalks import EvidenceKind


@get("/omzetting", **needs(Right.EDIT_LIBRARY))
async def show_crosswalk(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
    """Ask which versions are connected, and then what became of each answer."""
    return _page(request, desk, {name: [value] for name, value in request.query_params.items()}, {})


@post("/omzetting", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_LIBRARY))
async def keep_crosswalk(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Make a file of the form, or tell everything that is missing."""
    form = await read_form(request)
    drafted = desk.reviewed.drafted
    written = write_crosswalk(_read(desk, form), drafted.definitions, drafted.present, desk.installation.today)
    if isinstance(written, Faults):
        return _page(request, desk, form, _told(request, written))
    name, text = written
    file = DraftFile(text, text_digest(drafted.present.files.get(name)))
    outcome = await save_file(desk.installation.database, desk.editing(form), name, file, code="crosswalk")
    return conclude(desk, outcome, then=file_address(name), done="omgezet")


def _read(desk: Desk, form: Mapping[str, Sequence[str]]) -> CrosswalkForm:
    old, new = _versions(form)
    ends = find_ends(desk.reviewed.drafted.definitions, old, new)
    codes = ends.old_codes if ends is not None else {}
    kind = first(form, "bewijs")
    return CrosswalkForm(
        old=old,
        new=new,
        mapping={code: tuple(form.get(f"c-{code}", ())) for code in codes},
        evidence=EvidenceKind(kind) if kind in set(EvidenceKind) else EvidenceKind.FULL_MAPPING,
        report=first(form, "verslag"),
        # What is no number is told as one that is too small.
        respondents=(number_in(form, "mensen") or 0) if first(form, "mensen") else None,
    )


def _versions(form: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    """Return the references of both versions: chosen as a pair, or by name."""
    old, _, new = first(form, "paar").partition(" ")
    return old or first(form, "van"), new or first(form, "naar")


def _told(request: Request[Any, Any, Any], faults: Faults) -> dict[str, str]:
    told: dict[str, list[str]] = {}
    for fault, codes in faults.found.items():
        field, sentence = FAULTS[fault]
        told.setdefault(field, []).append(staff_words(request, sentence, codes=", ".join(codes)))
    return {field: " ".join(sentences) for field, sentences in told.items()}


def _page(
    request: Request[Any, Any, Any], desk: Desk, form: Mapping[str, Sequence[str]], faults: dict[str, str]
) -> Response[str]:
    definitions = desk.reviewed.drafted.definitions
    old, new = _versions(form)
    ends = find_ends(definitions, old, new)
    kinds = (EvidenceKind.FULL_MAPPING, EvidenceKind.BRIDGING_SAMPLE, EvidenceKind.EQUIVALENCE_TEST)
    words = [(kind.value, staff_words(request, STATEMENTS[StatementKind(kind.value)])) for kind in kinds]
    return desk_page(
        desk,
        "crosswalk.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        ends=ends,
        pairs=pairs_to_map(definitions),
        mapping=_shown_mapping(ends.old_codes, ends.new_codes, form) if ends is not None else {},
        kinds=words,
        evidence=first(form, "bewijs") or EvidenceKind.FULL_MAPPING.value,
        report=first(form, "verslag"),
        respondents=first(form, "mensen"),
        faults=faults,
    )


def _shown_mapping(
    old: Mapping[str, str], new: Mapping[str, str], form: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    """Return what is ticked: what was sent, and before that each answer that is still there as itself."""
    if "verslag" in form:
        return {code: tuple(form.get(f"c-{code}", ())) for code in old}
    return {code: (code,) if code in new else () for code in old}


HANDLERS: Final = (show_crosswalk, keep_crosswalk)
