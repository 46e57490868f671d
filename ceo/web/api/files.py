"""The files of an edition: which there are, and each of them, written once and sent to everybody from then on.

Pages and programs get the same files in the same way (`FileAnswer`); around it they differ in what they refuse and tell.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from litestar import HttpMethod, Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream
from litestar.status_codes import HTTP_403_FORBIDDEN, HTTP_404_NOT_FOUND

from ceo.storage.releases import Release
from ceo.web.api.editions import Edition, open_edition, reading
from ceo.web.api.negotiation import JSON, Validators, choose_type, unchanged, validators_of
from ceo.web.api.parameters import refuse_parameters
from ceo.web.api.refusing import Refusal
from ceo.web.installation import Installation
from ceo.workflows.releases.public import PublicEdition
from ceo.workflows.releases.ready import ReadyFile, ready_files
from ceo.workflows.releases.written import Key, WrittenFile, WrittenFiles
from exports.release.formats import RELEASE_FORMATS, ReleaseFormat

if TYPE_CHECKING:
    from exports.release.cube import SealedCube

# What a file costs of what somebody may ask.
FILE_COST: Final = 10
_TEXT: Final = "text/"


@dataclass(frozen=True)
class FileAnswer:
    """The answer to a request for a file of an edition. `around`: what its head tells besides the file itself."""

    request: Request[Any, Any, Any]
    installation: Installation
    edition: Release | PublicEdition
    extension: str
    media_type: str
    around: Mapping[str, str]

    @cached_property
    def validators(self) -> Validators:
        """By what can be told whether the file changed. They follow from the edition, and from no figure."""
        days = (self.edition.published_on, self.edition.ended_on)
        told = ("file", self.extension, *key_of(self.edition), *days)
        return validators_of(told, days, today=self.installation.today)

    @cached_property
    def headers(self) -> dict[str, str]:
        """The head of the answer."""
        name = f"{self.edition.name}-{self.edition.edition}.{self.extension}"
        # Told as a header: of a stream, the library takes the media type of the route before that of the answer.
        charset = "; charset=utf-8" if self.media_type.startswith(_TEXT) else ""
        told = {"content-disposition": f'attachment; filename="{name}"', "content-type": f"{self.media_type}{charset}"}
        return {**self.around, **self.validators.headers, **told}

    def unchanged(self) -> Response[None] | None:
        """Return the answer that nothing changed; None when it did."""
        return unchanged(self.request, self.validators, self.around)

    async def send(self, form: ReleaseFormat, read: Callable[[], Awaitable[SealedCube]]) -> Stream:
        """Send the file in parts: from the database when it is ready there, else as this process writes it. `read` gives the cube."""
        key, written = key_of(self.edition), written_files(self.request)
        base_url = self.installation.settings.base_url
        ready = await ready_files(self.installation.database, base_url, self.edition) if form.is_slow else {}
        file: ReadyFile | WrittenFile | None = ready.get(form.extension)
        if self.request.method == HttpMethod.HEAD:  # nothing is written to tell its size
            return Stream(iter(()), headers=self._sized(file or written.find(key, form.extension)))
        if file is None:
            file = await written.open(key, form.extension, read, form.write)
        return Stream(file.parts(), headers=self._sized(file))

    def _sized(self, file: ReadyFile | WrittenFile | None) -> dict[str, str]:
        if file is None or file.size is None:
            return self.headers
        return {**self.headers, "content-length": str(file.size)}


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
    ready = await ready_files(installation.database, installation.settings.base_url, asked.row)
    known = {it: ready.get(it) or written_files(request).find(key_of(asked.row), it) for it in RELEASE_FORMATS}
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


@reading("/releases/{name:str}/{edition:str}/files/{extension:str}", cost=FILE_COST)
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
    answer = FileAnswer(request, installation, asked.row, extension, form.media_type, asked.headers())
    return answer.unchanged() or await answer.send(form, asked.open)


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


def key_of(edition: Release | PublicEdition) -> Key:
    """Return what a file follows from, besides its form."""
    return edition.digest, edition.state, edition.ended_because


ROUTES: Final = (send_file_list, send_file)
