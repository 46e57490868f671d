"""The pages on which an owner sets up at which identity providers people can sign in, and with which roles."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException, NotFoundException
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_409_CONFLICT, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.identity_provider_fields import EMPTY, filled_of, form_of, told, words_of_trial
from ceo.web.staff.openid import relying_party
from ceo.web.staff.pages import go_to, staff_page
from ceo.web.staff.people_words import ROLE_NAMES
from ceo.workflows.openid.exchange import return_address
from ceo.workflows.openid.provider_form import Fault, GivenProvider
from ceo.workflows.openid.provider_rows import Provider
from ceo.workflows.openid.providers import (
    ProviderChangedError,
    add_provider,
    change_provider,
    disable_provider,
    enable_provider,
    find_provider,
    list_providers,
    names_without_password,
    next_provider_id,
)
from ceo.workflows.openid.trial import try_provider
from ceo.workflows.rights import MUNICIPAL_ROLES, Right, Role, Staff

_ADDRESS: Final = "/mensen/aanmelddiensten"
_TEMPLATES: Final = "staff/identity_providers"


@get(_ADDRESS, **needs(Right.MANAGE_PEOPLE))
async def show_providers(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the providers of a municipality."""
    providers = await list_providers(installation.database, municipality.code)
    return staff_page(request, f"{_TEMPLATES}/list.html", providers=providers)


@get(f"{_ADDRESS}/nieuw", **needs(Right.MANAGE_PEOPLE))
async def show_new_provider(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the form for a provider, with the address that the provider wants to know."""
    provider_id = await next_provider_id(installation.database, municipality.code)
    return _form(request, installation, provider_id, EMPTY)


@post(f"{_ADDRESS}/nieuw", **needs(Right.MANAGE_PEOPLE))
async def add_new_provider(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Add a provider, or tell everything that is wrong."""
    given = filled_of(await read_form(request))
    try:
        added = await add_provider(
            installation.database,
            installation.settings.encryption_keys,
            municipality.code,
            given,
            allow_local=not installation.settings.secure,
            actor=staff.id,
            now=now(),
        )
    except ProviderChangedError:
        raise HTTPException(status_code=HTTP_409_CONFLICT) from None
    if isinstance(added, tuple):
        provider_id = await next_provider_id(installation.database, municipality.code)
        return _form(request, installation, provider_id, given, faults=added)
    return go_to(f"/werk/{municipality.code}{_ADDRESS}/{added.id}", done="toegevoegd")


@get(f"{_ADDRESS}/{{provider_id:str}}", **needs(Right.MANAGE_PEOPLE))
async def show_provider(
    request: Request[Any, Any, Any],
    provider_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show one provider, as a form."""
    provider = await _own(installation, municipality, provider_id)
    return _form(request, installation, provider.id, form_of(provider), provider=provider)


@post(f"{_ADDRESS}/{{provider_id:str}}", **needs(Right.MANAGE_PEOPLE))
async def change_one_provider(
    request: Request[Any, Any, Any],
    provider_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Change a provider, or tell everything that is wrong."""
    form = await read_form(request)
    provider = _as_seen(await _own(installation, municipality, provider_id), form)
    given = filled_of(form)
    try:
        changed = await change_provider(
            installation.database,
            installation.settings.encryption_keys,
            provider,
            given,
            allow_local=not installation.settings.secure,
            actor=staff.id,
            now=now(),
        )
    except ProviderChangedError:
        raise HTTPException(status_code=HTTP_409_CONFLICT) from None
    if isinstance(changed, tuple):
        return _form(request, installation, provider.id, given, provider=provider, faults=changed)
    return go_to(f"/werk/{municipality.code}{_ADDRESS}/{changed.id}", done="gewijzigd")


@post(f"{_ADDRESS}/{{provider_id:str}}/proef", **needs(Right.MANAGE_PEOPLE))
async def try_one_provider(
    request: Request[Any, Any, Any],
    provider_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Try a provider out, and tell in plain words what is wrong."""
    provider = await _own(installation, municipality, provider_id)
    trial = await try_provider(relying_party(request, installation), provider, now=now())
    words = words_of_trial(request, trial)
    return _form(request, installation, provider.id, form_of(provider), provider=provider, trial=(trial.is_good, words))


@get(f"{_ADDRESS}/{{provider_id:str}}/uitzetten", **needs(Right.MANAGE_PEOPLE))
async def show_disabling(
    request: Request[Any, Any, Any],
    provider_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Warn who cannot sign in any more without this provider."""
    provider = await _own(installation, municipality, provider_id)
    names = await names_without_password(installation.database, provider)
    return staff_page(request, f"{_TEMPLATES}/disable.html", provider=provider, names=names)


@post(f"{_ADDRESS}/{{provider_id:str}}/uitzetten", **needs(Right.MANAGE_PEOPLE))
async def disable_one_provider(
    request: Request[Any, Any, Any],
    provider_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Let nobody sign in at a provider any more."""
    provider = _as_seen(await _own(installation, municipality, provider_id), await read_form(request))
    try:
        await disable_provider(installation.database, provider, actor=staff.id, now=now())
    except ProviderChangedError:
        raise HTTPException(status_code=HTTP_409_CONFLICT) from None
    return go_to(f"/werk/{municipality.code}{_ADDRESS}", done="uit")


@post(f"{_ADDRESS}/{{provider_id:str}}/aanzetten", **needs(Right.MANAGE_PEOPLE))
async def enable_one_provider(
    request: Request[Any, Any, Any],
    provider_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Let people sign in at a provider again."""
    provider = _as_seen(await _own(installation, municipality, provider_id), await read_form(request))
    try:
        await enable_provider(installation.database, provider, actor=staff.id, now=now())
    except ProviderChangedError:
        raise HTTPException(status_code=HTTP_409_CONFLICT) from None
    return go_to(f"/werk/{municipality.code}{_ADDRESS}", done="aan")


async def _own(installation: Installation, municipality: Municipality, provider_id: str) -> Provider:
    provider = await find_provider(installation.database, provider_id)
    if provider is None or provider.place != municipality.code:
        raise NotFoundException
    return provider


def _as_seen(provider: Provider, form: dict[str, list[str]]) -> Provider:
    """Return a provider as it was when the form was shown: a change counts only when nobody else made one in between."""
    return replace(provider, version=next(iter(form.get("versie", ())), ""))


def _form(
    request: Request[Any, Any, Any],
    installation: Installation,
    provider_id: str,
    given: GivenProvider,
    *,
    provider: Provider | None = None,
    faults: tuple[Fault, ...] = (),
    trial: tuple[bool, str] | None = None,
) -> Response[str]:
    return staff_page(
        request,
        f"{_TEMPLATES}/provider.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        provider=provider,
        given=given,
        faults=told(request, faults),
        trial=trial,
        address=return_address(installation.settings.base_url, provider_id),
        roles=[(role.value, ROLE_NAMES[role]) for role in Role if role in MUNICIPAL_ROLES],
    )


# Of a municipality.
ROUTES: Final = (
    show_providers,
    show_new_provider,
    add_new_provider,
    show_provider,
    change_one_provider,
    try_one_provider,
    show_disabling,
    disable_one_provider,
    enable_one_provider,
)
