"""From a template and its values to an answer of the server."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import Response
from litestar.enums import MediaType
from litestar.status_codes import HTTP_200_OK

from ceo.web.languages import SOURCE_LANGUAGE, format_day, format_number, translations

# The style of reports belongs to the room that writes them.
STATIC_FOLDERS: Final = tuple(Path(str(files(room).joinpath("static"))) for room in ("ceo.web", "exports"))


@cache
def static_address(name: str) -> str:
    """Return the address of a file that pages use. It changes with the content, so that browsers may keep the file for a year."""
    [file] = (folder / name for folder in STATIC_FOLDERS if (folder / name).exists())
    return f"/static/{name}?v={hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("ceo.web"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    environment.filters["day"] = lambda day: format_day(day, language)
    environment.filters["number"] = lambda number: format_number(number, language)
    environment.globals["language"] = language
    environment.globals["static"] = static_address
    return environment


def render(template: str, **values: Any) -> str:
    """Return a page as text. A value that the template needs and does not get is our bug, and raises."""
    return _environment(SOURCE_LANGUAGE).get_template(template).render(values)


def page(
    template: str, *, status: int = HTTP_200_OK, headers: dict[str, str] | None = None, **values: Any
) -> Response[str]:
    """Answer with a page."""
    return Response(render(template, **values), status_code=status, media_type=MediaType.HTML, headers=headers)
