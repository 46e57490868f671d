"""The directory as a file: fetched, and read in after everything that is wrong was told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.status_codes import HTTP_200_OK, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.staff.access import needs
from ceo.web.staff.pages import staff_page, staff_words
from ceo.web.staff.together.requiring import by_of, directory_of
from ceo.web.staff.together.words import file_fault_words
from ceo.workflows.rights import Right, Staff
from ceo.workflows.together.directory_files import (
    COLUMNS,
    FileFault,
    ImportedDirectory,
    import_directory,
    write_directory,
)

# As many faults are shown; the number of all is told.
_MOST_SHOWN: Final = 50
_NO_FILE: Final = N_("Kies een bestand.")
_NOT_READ: Final = N_("Het bestand is niet ingelezen. Verbeter wat hieronder staat.")


@get("/staalkaart/staalkaart.csv", **needs(Right.SEE_TOGETHER))
async def download_directory(installation: NamedDependency[Installation]) -> Response[bytes]:
    """Send the directory as a file that can be read in again."""
    headers = {"content-disposition": 'attachment; filename="staalkaart.csv"'}
    return Response(await write_directory(installation.database), media_type="text/csv", headers=headers)


@get("/staalkaart/inlezen", **needs(Right.EDIT_AGENDA))
async def show_importing(request: Request[Any, Any, Any]) -> Response[str]:
    """Ask for a file, and tell what it holds."""
    return _page(request, {})


@post("/staalkaart/inlezen", status_code=HTTP_200_OK, **needs(Right.EDIT_AGENDA))
async def import_file(
    request: Request[Any, Any, Any], installation: NamedDependency[Installation], staff: NamedDependency[Staff]
) -> Response[str]:
    """Read a file in, or tell everything that is wrong with it."""
    file = (await request.form()).get("bestand")
    content = await file.read() if isinstance(file, UploadFile) and file.filename else b""
    if not content:
        return _page(request, {"bestand": staff_words(request, _NO_FILE)})
    found = await import_directory(installation.database, content, by_of(request, staff))
    if isinstance(found, ImportedDirectory):
        return _page(request, {}, imported=found)
    return _page(request, {"bestand": staff_words(request, _NOT_READ)}, found)


ROUTES: Final = (download_directory, show_importing, import_file)


def _page(
    request: Request[Any, Any, Any],
    faults: Mapping[str, str],
    of_file: Sequence[FileFault] = (),
    imported: ImportedDirectory | None = None,
) -> Response[str]:
    return staff_page(
        request,
        "national/agenda/import.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        here_home=directory_of(request),
        faults=faults,
        file_faults=[
            (one, staff_words(request, file_fault_words(one), about=one.about)) for one in of_file[:_MOST_SHOWN]
        ],
        faults_in_all=len(of_file),
        imported=imported,
        columns=tuple(COLUMNS.values()),
    )
