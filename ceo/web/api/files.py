"""The files of an edition: which there are, and each of them, written once and sent to everybody from then on."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream
from litestar.status_codes import HTTP_403_FORBIDDEN, HTTP_404_NOT_FOUND

from ceo.web.api.editions import Edition, open_edition, reading
from ceo.web.api.negotiation import JSON, choose_type
from ceo.web.api.parameters import refuse_parameters
from ceo.web.api.refusing import Refusal
from ceo.web.installation import Installation
from ceo.workflows.releases.written import WrittenFiles
from exports.release.formats import RELEASE_FORMATS


@reading("/releases/{name:str}/{edition:str}/files")
async def send_file_list(
    request: Request[Any, Any, Any],
    name: FromPath[str],
    edition: FromPath[str],
    installation: NamedDependency[Installation],
) -> Response[bytes] | Response[None]:
    """List the files of an edition. Their size and digest are known once they were written."""
    choose_type(request.headers.get("accept", ""), (JSON,))
    refuse_parameters(request)
    asked = await open_edition(request, installation, name, edition)
    refuse_parts(asked)
    known = {extension: written_files(request).find(_key(asked), extension) for extension in RELEASE_FORMATS}
    sizes = {extension: (file.size, file.digest) for extension, file in known.items() if file is not None}
    validators = asked.validators("files", sorted(sizes.items()))
    same = asked.unchanged(validators)
    if same is not None:
        return same
    files = [
        {
            "extension": extension,
            "media_type": form.media_type,
            "size": sizes[extension][0] if extension in sizes else None,
            "sha256": sizes[extension][1] if extension in sizes else None,
            "address": f"{asked.address}/files/{extension}",
        }
        for extension, form in RELEASE_FORMATS.items()
    ]
    return asked.send({**asked.told(), "files": files}, validators)


@reading("/releases/{name:str}/{edition:str}/files/{extension:str}", cost=10)
async def send_file(
    request: Request[Any, Any, Any],
    name: FromPath[str],
    edition: FromPath[str],
    extension: FromPath[str],
    installation: NamedDependency[Installation],
) -> Response[bytes] | Response[None] | Stream:
    """Send a file of an edition."""
    refuse_parameters(request)
    asked = await open_edition(request, installation, name, edition)
    refuse_parts(asked)
    form = RELEASE_FORMATS.get(extension)
    if form is None:
        raise Refusal(HTTP_404_NOT_FOUND, "Dit bestand is er niet.", f"Kies uit: {', '.join(RELEASE_FORMATS)}.")
    choose_type(request.headers.get("accept", ""), (form.media_type,))
    validators = asked.validators("file", extension)
    same = asked.unchanged(validators)
    if same is not None:
        return same
    filename = f'attachment; filename="{asked.row.name}-{asked.row.edition}.{extension}"'
    headers = {**asked.headers(), **validators.headers, "content-disposition": filename}
    if request.method == "HEAD":
        return Stream(iter(()), media_type=form.media_type, headers=headers)
    file = await written_files(request).open(_key(asked), extension, asked.open, form.write)
    if file.size is not None:
        headers["content-length"] = str(file.size)
    return Stream(file.parts(), media_type=form.media_type, headers=headers)


def refuse_parts(asked: Edition) -> None:
    """Raise `Refusal` when only some rows of an edition may be seen: a file holds all of them."""
    if asked.seen.only:
        raise Refusal(
            HTTP_403_FORBIDDEN,
            "Van dit concept ziet u alleen de cijfers van uw eigen gemeente.",
            "Vraag die op bij figures. De bestanden zijn er zodra de editie is gepubliceerd.",
        )


def written_files(request: Request[Any, Any, Any]) -> WrittenFiles:
    """Return the files that this process has written."""
    state = request.app.state
    if state.get("written_files") is None:
        state.written_files = WrittenFiles()
    files: WrittenFiles = state.written_files
    return files


def _key(asked: Edition) -> tuple[str, str, str]:
    """Return what a file follows from, besides its form."""
    return asked.row.digest, asked.row.state, asked.row.ended_because


ROUTES: Final = (send_file_list, send_file)
