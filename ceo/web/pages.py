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
from markupsafe import Markup

from ceo.web.languages import SOURCE_LANGUAGE, format_day, format_number, translations
from questionnaires.texts import direction_of

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
    environment.filters["ltr"] = _left_to_right if direction_of(language) == "rtl" else str
    environment.globals["language"] = language
    environment.globals["direction"] = direction_of(language)
    environment.globals["static"] = static_address
    return environment


def render(template: str, language: str, **values: Any) -> str:
    """Return a page as text. A value that the template needs and does not get is our bug, and raises."""
    return _environment(language).get_template(template).render(values)


def page(
    template: str,
    *,
    language: str = SOURCE_LANGUAGE,
    status: int = HTTP_200_OK,
    headers: dict[str, str] | None = None,
    **values: Any,
) -> Response[str]:
    """Answer with a page."""
    text = render(template, language, **values)
    return Response(text, status_code=status, media_type=MediaType.HTML, headers=headers)


def _left_to_right(name: str) -> Markup:
    """Return a name or number that reads from left to right, also within a line that runs from right to left."""
    return Markup('<bdi dir="ltr">{}</bdi>').format(name)
