"""Reading a posted form: every field as a list of texts."""

from __future__ import annotations

from typing import Any

from litestar import Request


async def read_form(request: Request[Any, Any, Any]) -> dict[str, list[str]]:
    """Return the fields of a form. Files are ignored: no page asks for one."""
    form = await request.form()
    return {name: [value for value in form.getall(name) if isinstance(value, str)] for name in form}
