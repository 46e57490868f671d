"""Recorded questions: files that the keeper of an installation lays beside its data, for who would rather listen.

`<data folder>/recordings/<questionnaire id>/<language>/<register>/<name>.mp3` or `.ogg`; the name is the `audio` of the text of an
item. A recording holds the whole question: the text, the explanation and the options. Where there is no file, there is no player.

The folder is read once in a process, when a text with a recording is first shown: new files count after a restart. An address
carries the fingerprint of the file and nothing else of it, so a browser may keep it, and only what was found can be asked for.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.status_codes import (
    HTTP_200_OK,
    HTTP_206_PARTIAL_CONTENT,
    HTTP_416_REQUESTED_RANGE_NOT_SATISFIABLE,
)

from ceo.web.installation import Installation
from ceo.workflows.answering.answer import OpenDraft
from questionnaires.definition import Item

_MEDIA_TYPES: Final[Mapping[str, str]] = {".mp3": "audio/mpeg", ".ogg": "audio/ogg"}
_RANGE: Final = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})")


@dataclass(frozen=True, slots=True)
class Recording:
    """One file: where it lies, the name under which browsers find it, and what it is."""

    file: Path
    name: str
    media_type: str

    @property
    def address(self) -> str:
        """Return where browsers find it."""
        return f"/recordings/{self.name}"


@cache
def find_recordings(data_folder: Path) -> Mapping[str, Recording]:
    """Return every recording of an installation by its place below the folder of recordings."""
    folder = data_folder / "recordings"
    files = (file for file in sorted(folder.glob("*/*/*/*")) if file.suffix in _MEDIA_TYPES and file.is_file())
    return {file.relative_to(folder).as_posix(): _recording(file) for file in files}


def recording_of(data_folder: Path, draft: OpenDraft, item: Item) -> Recording | None:
    """Return the recording of a question as its client reads it. MP3 plays everywhere, so it goes first."""
    if item.text.audio is None:
        return None
    found = find_recordings(data_folder)
    place = f"{draft.questionnaire.id}/{draft.reader.language}/{draft.reader.register}/{item.text.audio}"
    return next((found[place + suffix] for suffix in _MEDIA_TYPES if place + suffix in found), None)


@get("/recordings/{name:str}", sync_to_thread=True)
def send_recording(
    request: Request[Any, Any, Any], name: FromPath[str], installation: NamedDependency[Installation]
) -> Response[bytes]:
    """Send a recording, or the part of it that is asked for: telephones of Apple play only what comes in parts."""
    found = find_recordings(installation.settings.data_folder).values()
    recording = next((one for one in found if one.name == name), None)
    if recording is None:
        raise NotFoundException
    content = recording.file.read_bytes()
    headers = {"cache-control": "public, max-age=31536000, immutable", "accept-ranges": "bytes"}
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    if asked is None or asked[0] == "bytes=-":
        return Response(content, status_code=HTTP_200_OK, media_type=recording.media_type, headers=headers)
    first, last = _span(asked[1], asked[2], len(content))
    status = HTTP_206_PARTIAL_CONTENT if first <= last else HTTP_416_REQUESTED_RANGE_NOT_SATISFIABLE
    headers["content-range"] = f"bytes {f'{first}-{last}' if first <= last else '*'}/{len(content)}"
    return Response(content[first : last + 1], status_code=status, media_type=recording.media_type, headers=headers)


def _recording(file: Path) -> Recording:
    fingerprint = hashlib.sha256(file.read_bytes()).hexdigest()[:16]
    return Recording(file, fingerprint + file.suffix, _MEDIA_TYPES[file.suffix])


def _span(first: str, last: str, length: int) -> tuple[int, int]:
    """Return the first and last byte of a range; the first lies beyond the last when there is no such part.

    >>> _span("0", "1", 100), _span("90", "", 100), _span("", "10", 100), _span("100", "", 100)
    ((0, 1), (90, 99), (90, 99), (100, 99))
    """
    if not first:
        return max(0, length - int(last)), length - 1
    return int(first), min(int(last or length), length - 1)
