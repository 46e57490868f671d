"""The pages of one's own second factor: setting it up, its recovery codes, and removing it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import PermissionDeniedException
from litestar.status_codes import HTTP_200_OK, HTTP_422_UNPROCESSABLE_ENTITY
from markupsafe import Markup

from ceo.clock import now
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.staff.access import ACCOUNT, needs
from ceo.web.staff.browsers import held_sign_in, keep_begun, take_over
from ceo.web.staff.pages import go_to, staff_page, staff_words
from ceo.web.staff.sign_in.fault_words import CODE_WORDS, OWN_PASSWORD_WORDS, TOO_MANY, WRONG_PASSWORD
from ceo.workflows.staff.recovery_codes import count_codes, make_new_codes
from ceo.workflows.staff.second_factor import (
    Offer,
    SettingUp,
    SetUp,
    SetUpFault,
    may_do_without,
    offer_again,
    offer_second_factor,
    remove_second_factor,
    set_second_factor,
)
from ceo.workflows.staff.signed_in import SignedIn
from ceo.workflows.staff.signing_in import SignInFault

_HERE: Final = "/werk/account/tweede-stap"
_TOO_OLD: Final = N_("Deze pagina was te oud. Scan de nieuwe QR-code hieronder en vul de code in die de app dan toont.")
_WORDS: Final[Mapping[SetUpFault, tuple[str, str]]] = {
    SetUpFault.WRONG_CODE: ("code", CODE_WORDS[SignInFault.WRONG]),
    SetUpFault.WRONG_PASSWORD: ("password", WRONG_PASSWORD),
    SetUpFault.TOO_MANY: ("password", TOO_MANY),
    SetUpFault.TOO_OLD: ("code", _TOO_OLD),
}


@get("/account/tweede-stap", **needs(ACCOUNT))
async def show_second_factor(
    request: Request[Any, Any, Any], installation: NamedDependency[Installation]
) -> Response[Any]:
    """Show the second factor, or how to set one up. Who signs in elsewhere has it there."""
    held = held_sign_in(request)
    if held.staff.signs_in_elsewhere:
        return go_to("/werk/account")
    if not held.staff.has_second_factor:
        return _set_up_page(request, held, offer_second_factor(installation.settings, held))
    left = await count_codes(installation.database, held.staff.id)
    return staff_page(request, "staff/account/second_factor.html", left=left, may_do_without=may_do_without(held.staff))


@get("/account/tweede-stap/instellen", **needs(ACCOUNT))
async def show_set_up(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[Any]:
    """Show how to set up a second factor, also in the place of another one."""
    held = held_sign_in(request)
    if held.staff.signs_in_elsewhere:
        return go_to("/werk/account")
    return _set_up_page(request, held, offer_second_factor(installation.settings, held))


@post("/account/tweede-stap/instellen", **needs(ACCOUNT))
async def take_set_up(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[Any]:
    """Set a second factor up, and show the recovery codes: now, and never again."""
    held = held_sign_in(request)
    if held.staff.signs_in_elsewhere:
        return go_to("/werk/account")
    form = await read_form(request)
    given = SettingUp(*(next(iter(form.get(name, ())), "") for name in ("sleutel", "code", "password")))
    done = await set_second_factor(installation.database, installation.settings, held, given, now=now())
    if not isinstance(done, SetUp):
        offer = offer_again(installation.settings, held, given.sealed)
        return _set_up_page(request, held, offer or offer_second_factor(installation.settings, held), faults=done)
    take_over(request, done.signed_in)
    answer = staff_page(request, "staff/account/recovery_codes.html", codes=done.codes, first=True)
    keep_begun(request, answer, done.signed_in)
    return answer


@get("/account/tweede-stap/herstelcodes", **needs(ACCOUNT))
async def show_codes_form(request: Request[Any, Any, Any]) -> Response[Any]:
    """Ask for the password before new recovery codes are made."""
    return _password_page(request, "staff/account/new_codes.html")


@post("/account/tweede-stap/herstelcodes", **needs(ACCOUNT))
async def make_codes(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[Any]:
    """Make new recovery codes and show them."""
    held = held_sign_in(request)
    if not held.staff.has_second_factor:
        return go_to(_HERE)
    made = await make_new_codes(installation.database, installation.settings, held, await _password(request), now=now())
    if isinstance(made, SignInFault):
        return _password_page(request, "staff/account/new_codes.html", fault=made)
    return staff_page(request, "staff/account/recovery_codes.html", codes=made, first=False)


@get("/account/tweede-stap/verwijderen", **needs(ACCOUNT))
async def show_removal(request: Request[Any, Any, Any]) -> Response[Any]:
    """Ask for the password before the second factor is removed."""
    _require_may_do_without(request)
    return _password_page(request, "staff/account/removal.html")


@post("/account/tweede-stap/verwijderen", **needs(ACCOUNT))
async def remove(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[Any]:
    """Remove the second factor of who may do without."""
    _require_may_do_without(request)
    fault = await remove_second_factor(
        installation.database, installation.settings, held_sign_in(request), await _password(request), now=now()
    )
    if fault is not None:
        return _password_page(request, "staff/account/removal.html", fault=fault)
    return go_to("/werk/account", done="tweede-stap-weg")


def _require_may_do_without(request: Request[Any, Any, Any]) -> None:
    if not may_do_without(held_sign_in(request).staff):
        raise PermissionDeniedException


async def _password(request: Request[Any, Any, Any]) -> str:
    return next(iter((await read_form(request)).get("password", ())), "")


def _set_up_page(
    request: Request[Any, Any, Any], held: SignedIn, offer: Offer, *, faults: Collection[SetUpFault] = ()
) -> Response[str]:
    told = dict(_WORDS[fault] for fault in sorted(faults))
    return staff_page(
        request,
        "staff/account/set_up.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        offer=offer,
        picture=_qr(offer.address),
        must=held.staff.must_set_up_second_factor,
        replaces=held.staff.has_second_factor,
        email=held.staff.email,
        faults={name: staff_words(request, words) for name, words in told.items()},
    )


def _password_page(
    request: Request[Any, Any, Any], template: str, *, fault: SignInFault | None = None
) -> Response[Any]:
    held = held_sign_in(request)
    if not held.staff.has_second_factor:
        return go_to(_HERE)
    return staff_page(
        request,
        template,
        status=HTTP_422_UNPROCESSABLE_ENTITY if fault else HTTP_200_OK,
        email=held.staff.email,
        faults={"password": staff_words(request, OWN_PASSWORD_WORDS[fault])} if fault else {},
    )


def _qr(address: str) -> Markup:
    """Return a QR code as a drawing within a page. It has attributes only, no style, which the policy of pages would refuse."""
    import segno

    code = segno.make(address, error="m", micro=False)
    drawn = code.svg_inline(scale=4, dark="#000000", light="#ffffff", svgclass=None, lineclass=None)
    return Markup(drawn)  # noqa: S704 - a drawing of ours: the address is in its squares only
