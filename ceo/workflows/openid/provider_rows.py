"""How an identity provider stands in its row, and in the record of what was done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ceo.storage.people import IdentityProvider
from ceo.workflows.openid.provider_form import RoleMapping
from ceo.workflows.rights import Role, roles_for

_DIGITS: Final = 16


@dataclass(frozen=True, slots=True)
class Provider:
    """An identity provider of a place. `version` changes with every change of it."""

    id: str
    place: str
    label: str
    issuer: str
    client_id: str
    mapping: RoleMapping
    disabled: bool
    version: str
    sealed_secret: str = field(repr=False)


def provider_of(row: IdentityProvider) -> Provider:
    """Return a stored provider."""
    written = json.dumps(configuration_of(row), sort_keys=True)
    version = hashlib.sha256(written.encode()).hexdigest()[:_DIGITS]
    mapping = _read_mapping(row.mapping, row.place)
    return Provider(
        row.id, row.place, row.label, row.issuer, row.client_id, mapping, row.disabled, version, row.client_secret
    )


def written_mapping(mapping: RoleMapping, also: frozenset[Role] = frozenset()) -> dict[str, object]:
    """Return a mapping as it is stored; roles that the provider gave before (`also`) stay its own."""
    return {
        "claim": mapping.claim,
        "roles": {value: role.value for value, role in mapping.roles.items()},
        "acr": list(mapping.acr),
        "amr": list(mapping.amr),
        "managed": sorted(mapping.managed | also),
    }


def configuration_of(row: IdentityProvider) -> dict[str, Any]:
    """Return what the record keeps of a provider; of the secret only whether it is another one."""
    secret = hashlib.sha256(row.client_secret.encode()).hexdigest()[:_DIGITS]
    settings = row.model_dump(include={"label", "issuer", "client_id", "mapping", "disabled"})
    return {**settings, "secret": secret}


def _read_mapping(written: Mapping[str, Any], place: str) -> RoleMapping:
    """Return a stored mapping. A role that cannot be given in this place gives nothing, whoever wrote it."""
    known = {role.value: role for role in roles_for(place)}
    roles = {value: known[role] for value, role in written.get("roles", {}).items() if role in known}
    managed = frozenset(known[role] for role in written.get("managed", ()) if role in known) | frozenset(roles.values())
    acr, amr = (tuple(written.get(name, ())) for name in ("acr", "amr"))
    return RoleMapping(written.get("claim", "groups"), roles, acr, amr, managed)
