"""Reading a posted form: every field as a list of texts."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.exceptions import ClientException


async def read_form(request: Request[Any, Any, Any]) -> dict[str, list[str]]:
    """Return the fields of a form. Files are ignored: no page asks for one."""
    try:
        form = await request.form()
    except (UnicodeError, LookupError) as error:  # a part that is no text, or in an encoding that does not exist
        raise ClientException from error
    return {name: [value for value in form.getall(name) if isinstance(value, str)] for name in form}
