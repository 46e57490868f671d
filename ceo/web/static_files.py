"""The files that pages share, under `/static`."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from ceo.web.compressing import packed_files, send_packed
from ceo.web.pages import STATIC_FOLDERS


@get("/static/{name:str}")
async def send_static_file(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """Send a file by its name. No name reaches the disk: the files were read when the first one was asked for."""
    file = packed_files(*STATIC_FOLDERS).get(name)
    if file is None:
        raise NotFoundException
    return send_packed(request, file)
