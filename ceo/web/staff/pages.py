"""From a template of the workplace and its values to an answer of the server."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.enums import MediaType
from litestar.exceptions import NotFoundException
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER
from markupsafe import Markup

from ceo.web.languages import SOURCE_LANGUAGE, format_day, format_moment, format_number, staff_translations
from ceo.web.pages import icon_address, static_address
from ceo.web.staff.access import COOKIE, COOKIE_PATH, SEAL_FIELD, VISITOR_COOKIE, place_of, seal_of, signed_in_of
from ceo.web.staff.doors import grouped_doors, present_door, start_of
from ceo.web.staff.fieldwork import job_words
from ceo.workflows.rights import Right
from ceo.workflows.staff.signed_in import form_seal

# The languages of the workplace, by their own names.
LANGUAGES: Final[Mapping[str, str]] = {"nl": "Nederlands", "en": "English"}
LANGUAGE_COOKIE: Final = "ceo_werktaal"
_PAGE_NUMBER: Final = re.compile(r"[1-9]\d{0,5}", re.ASCII)


def staff_page(
    request: Request[Any, Any, Any],
    template: str,
    *,
    status: int = HTTP_200_OK,
    headers: dict[str, str] | None = None,
    **values: Any,
) -> Response[str]:
    """Answer with a page of the workplace, such as "staff/rounds.html", in the language of who asks for it."""
    language = staff_language(request)
    seal, visitor = _sealing(request)
    content = _environment(language).get_template(template).render(**_around(request), zegel=seal, **values)
    answer = Response(content, status_code=status, media_type=MediaType.HTML, headers=headers)
    if visitor:
        answer.set_cookie(staff_cookie(request, VISITOR_COOKIE, visitor))
    return answer


def staff_language(request: Request[Any, Any, Any]) -> str:
    """Return the language of a visitor: of the person who is signed in, or what this browser chose or wants."""
    signed_in = signed_in_of(request)
    chosen = signed_in.staff.language if signed_in is not None else request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    wanted = request.headers.get("accept-language", "")[:2].lower()
    return wanted if wanted in LANGUAGES else SOURCE_LANGUAGE


def staff_words(request: Request[Any, Any, Any], sentence: str, **values: object) -> str:
    """Return a sentence that was marked with `N_`, in the language of who asks."""
    return staff_translations(staff_language(request)).gettext(sentence) % values


def go_to(address: str, *, done: str = "") -> Redirect:
    """Lead on after a form. `done` is a code for the page there, which tells what was done (`done` in its template)."""
    return Redirect(f"{address}?gedaan={done}" if done else address, status_code=HTTP_303_SEE_OTHER)


def page_number(request: Request[Any, Any, Any]) -> int:
    """Return which page of a list is asked for, from 1. There is no such page when the address says something else."""
    written = request.query_params.get("bladzijde", "1")
    if not _PAGE_NUMBER.fullmatch(written):
        raise NotFoundException
    return int(written)


def staff_cookie(request: Request[Any, Any, Any], key: str, value: str, *, max_age: int | None = None) -> Cookie:
    """Return a cookie of the workplace, which scripts cannot read and other sites cannot send along with a form."""
    secure = bool(request.app.state.secure)
    return Cookie(key=key, value=value, path=COOKIE_PATH, httponly=True, samesite="lax", secure=secure, max_age=max_age)


def keep_signed_in(request: Request[Any, Any, Any], answer: Response[Any], secret: str) -> None:
    """Give the browser the cookie of a sign-in, or take it away with ""."""
    answer.set_cookie(staff_cookie(request, COOKIE, secret, max_age=None if secret else 0))


def _around(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """Return what every page has around its own content."""
    signed_in = signed_in_of(request)
    staff = signed_in.staff if signed_in is not None and signed_in.complete else None
    code = place_of(request)
    inside = staff is not None and code in staff.roles
    municipality = request.app.state.installation.municipalities.get(code)
    start = start_of(code) if inside else "/werk"
    groups = grouped_doors(staff, code) if staff is not None and inside else ()
    doors = tuple(door for _, together in groups for door in together)
    path = request.scope["path"]
    return {
        "staff": staff,
        "place": code if inside else "",
        "place_name": municipality.name if inside and municipality is not None else "",
        "start": start,
        "doors": groups,
        "open_door": present_door(doors, path, start),
        "here": path,
        "done": request.query_params.get("gedaan", ""),
        "may": lambda right: inside and staff is not None and staff.may(Right(right), code),
    }


def _sealing(request: Request[Any, Any, Any]) -> tuple[Markup, str]:
    """Return the hidden field of forms, and a new cookie when the browser has none to which it could belong."""
    seal, visitor = seal_of(request), ""
    if not seal:
        visitor = secrets.token_urlsafe(32)
        seal = form_seal(visitor)
    return Markup('<input type="hidden" name="{}" value="{}">').format(SEAL_FIELD, seal), visitor


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
    environment.install_gettext_translations(staff_translations(language), newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    environment.globals.update(language=language, direction="ltr", static=static_address, icon=icon_address())
    environment.globals["job_words"] = job_words
    environment.filters["day"] = lambda day: format_day(day, language)
    environment.filters["moment"] = lambda moment: format_moment(moment, language)
    environment.filters["number"] = lambda number: format_number(number, language)
    return environment
