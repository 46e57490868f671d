"""A questionnaire as files: taking it along as YAML, and beginning one from YAML of one's own."""

from __future__ import annotations

import io
import zipfile
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.web.staff.questionnaire.desk import OpenedDesk, home_of
from ceo.web.staff.questionnaire.fields import first
from ceo.workflows import configuring
from ceo.workflows.configuring import FromYaml
from ceo.workflows.rights import Right, Staff
from questionnaires.configuring.yaml_files import write_yaml

_FILES: Final = "bestand"
_PASTED: Final = "tekst"
# What a pasted text is called where its problems are told.
_PASTED_NAME: Final = "geplakt.yaml"
_NOTHING: Final = N_("Kies een bestand, of plak de tekst ervan.")
_NO_TEXT: Final = N_("Dit bestand is geen tekst in UTF-8. Bewaar het als platte tekst, met de naam .yaml.")


@get("/yaml", **needs(Right.SEE_QUESTIONNAIRES))
async def send_yaml(desk: OpenedDesk) -> Response[bytes]:
    """Send the definition and its texts: one file, or more of them packed together."""
    files = write_yaml(desk.opened.document)
    if len(files) == 1:
        [(name, text)] = files.items()
        return _download(name, text.encode(), "application/yaml; charset=utf-8")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    document = desk.opened.document
    return _download(f"{document.id}-{document.version}.zip", packed.getvalue(), "application/zip")


@get("/inlezen", **needs(Right.EDIT_QUESTIONNAIRES))
async def show_reading(request: Request[Any, Any, Any], municipality: NamedDependency[Municipality]) -> Response[str]:
    """Ask for files."""
    return _reading_page(request, municipality)


@post("/inlezen", status_code=HTTP_303_SEE_OTHER, **needs(Right.EDIT_QUESTIONNAIRES))
async def read_files(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Begin a questionnaire from files, or tell everything that is wrong in them, by file and line."""
    pasted = first(await read_form(request), _PASTED)
    files = await _read(request)
    if pasted:
        files[_PASTED_NAME] = pasted.encode()
    if not files:
        return _reading_page(request, municipality, faults={_FILES: staff_words(request, _NOTHING)})
    try:
        texts = {name: content.decode("utf-8-sig") for name, content in files.items()}
    except UnicodeDecodeError:
        return _reading_page(request, municipality, pasted=pasted, faults={_FILES: staff_words(request, _NO_TEXT)})
    begun = await configuring.begin(
        installation.database, municipality.code, FromYaml(texts), actor=staff.id, now=now()
    )
    if isinstance(begun, tuple):
        return _reading_page(request, municipality, pasted=pasted, remarks=begun)
    return go_to(f"{home_of(municipality)}/{begun.id}", done="ingelezen")


async def _read(request: Request[Any, Any, Any]) -> dict[str, bytes]:
    """Return the files that were sent along, by the name that they have."""
    form = await request.form()
    sent = [part for part in form.getall(_FILES, []) if isinstance(part, UploadFile) and part.filename]
    return {part.filename: await part.read() for part in sent}


def _reading_page(
    request: Request[Any, Any, Any],
    municipality: Municipality,
    *,
    pasted: str = "",
    faults: dict[str, str] | None = None,
    remarks: tuple[Any, ...] = (),
) -> Response[str]:
    return staff_page(
        request,
        "staff/questionnaire/read.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults or remarks else HTTP_200_OK,
        home=home_of(municipality),
        pasted=pasted,
        faults=faults or {},
        remarks=remarks,
    )


def _download(name: str, content: bytes, media_type: str) -> Response[bytes]:
    disposition = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=disposition)


OF_MUNICIPALITY: Final = (show_reading, read_files)
HANDLERS: Final = (send_yaml,)
