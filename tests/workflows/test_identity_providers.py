"""Setting up an identity provider: what is wrong is told at once, and a provider never gives more than its own place has."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import col, select

from ceo.storage.audit import AuditRecord
from ceo.storage.database import Database
from ceo.storage.people import NATIONAL, IdentityProvider
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.workflows.openid.provider_form import CheckedProvider, Fault, GivenProvider, Why, check_given
from ceo.workflows.openid.provider_rows import Provider
from ceo.workflows.openid.providers import (
    ProviderChangedError,
    add_provider,
    change_provider,
    disable_provider,
    enable_provider,
    find_provider,
    list_providers,
    next_provider_id,
    secret_of,
)  # fmt: skip
from ceo.workflows.rights import Role

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
KEYS = (b"k" * 32,)
GOOD = GivenProvider(
    "Gemeente Utrecht",
    "https://id.utrecht.example",
    "ceo",
    "geheim",
    rows=(("beheer", "owner"), ("", ""), ("lees", "reader")),
)


def faults(place: str = "GM0344", **given: Any) -> set[Fault]:
    found = check_given(replace(GOOD, **given), place, allow_local=False)
    return set() if isinstance(found, CheckedProvider) else set(found)


async def added(database: Database, place: str = "GM0344", **given: Any) -> Provider:
    found = await add_provider(database, KEYS, place, replace(GOOD, **given), allow_local=False, actor="baas", now=NOW)
    assert isinstance(found, Provider), found
    return found


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"label": " "}, Fault("label", Why.EMPTY)),
        ({"label": "a" * 61}, Fault("label", Why.TOO_LONG)),
        ({"label": "a\u202eb"}, Fault("label", Why.STRANGE)),
        ({"issuer": ""}, Fault("issuer", Why.EMPTY)),
        ({"issuer": "id.utrecht.example"}, Fault("issuer", Why.NO_ADDRESS)),
        ({"issuer": "http://127.0.0.1"}, Fault("issuer", Why.NO_ADDRESS)),
        ({"issuer": "https://id.utrecht.example/?tenant=1"}, Fault("issuer", Why.NO_ADDRESS)),
        ({"client_id": ""}, Fault("client_id", Why.EMPTY)),
        ({"client_id": "céo"}, Fault("client_id", Why.STRANGE)),
        ({"secret": "a" * 501}, Fault("secret", Why.TOO_LONG)),
        ({"secret": "a\tb"}, Fault("secret", Why.STRANGE)),
        ({"claim": ""}, Fault("claim", Why.EMPTY)),
        ({"rows": ()}, Fault("rows", Why.EMPTY)),
        ({"rows": (("", ""),)}, Fault("rows", Why.EMPTY)),
        ({"rows": (("beheer", "owner"),) * 101}, Fault("rows", Why.TOO_MANY)),
        ({"rows": (("beheer", "owner"), ("lees", ""))}, Fault("rows", Why.HALF_ROW, 2)),
        ({"rows": (("beheer", "owner"), ("", "reader"))}, Fault("rows", Why.HALF_ROW, 2)),
        ({"rows": (("beheer", "owner"), ("beheer ", "reader"))}, Fault("rows", Why.DOUBLE, 2)),
        ({"rows": (("beheer", "baas"),)}, Fault("rows", Why.NO_ROLE, 1)),
        ({"rows": (("beheer", "national-editor"),)}, Fault("rows", Why.NO_ROLE, 1)),
        ({"rows": (("a" * 201, "owner"),)}, Fault("rows", Why.TOO_LONG, 1)),
        ({"rows": (("a\x00", "owner"),)}, Fault("rows", Why.STRANGE, 1)),
        ({"acr": "a" * 201}, Fault("acr", Why.TOO_LONG)),
        ({"amr": "\x00"}, Fault("amr", Why.STRANGE)),
    ],
)  # fmt: skip
def test_what_is_wrong_has_a_place_and_a_cause(given: dict[str, Any], fault: Fault) -> None:
    assert faults(**given) == {fault}


def test_everything_that_is_wrong_is_told_at_once() -> None:
    wrong = faults(label="", issuer="", client_id="", claim="", rows=(("a", ""), ("a", "owner")))
    assert {fault.field for fault in wrong} == {"label", "issuer", "client_id", "claim", "rows"}


def test_a_provider_of_the_country_gives_national_roles_and_one_of_a_municipality_its_own() -> None:
    assert faults(NATIONAL) == {Fault("rows", Why.NO_ROLE, 1), Fault("rows", Why.NO_ROLE, 3)}
    assert faults(NATIONAL, rows=(("redactie", "national-editor"),)) == set()


def test_the_address_may_be_taken_over_with_the_end_that_programs_add() -> None:
    found = check_given(
        replace(GOOD, issuer=" https://id.example/a/.well-known/openid-configuration "), "GM0344", allow_local=False
    )
    assert isinstance(found, CheckedProvider)
    assert found.issuer == "https://id.example/a"
    assert found.mapping.roles == {"beheer": Role.OWNER, "lees": Role.READER}


@pytest.mark.anyio
async def test_a_provider_is_kept_with_its_secret_sealed_and_every_change_recorded(database: Database) -> None:
    assert await next_provider_id(database, "GM0344") == "gm0344-1"
    first = await added(database)
    assert first.id == "gm0344-1"
    assert secret_of(KEYS, first) == "geheim"
    given = replace(GOOD, secret="", label="Anders", rows=(("lees", "reader"),), amr="mfa")
    changed = await change_provider(database, KEYS, first, given, allow_local=False, actor="baas", now=NOW)
    assert isinstance(changed, Provider)
    assert (changed.label, changed.mapping.amr, secret_of(KEYS, changed)) == ("Anders", ("mfa",), "geheim")
    assert changed.mapping.managed == {Role.OWNER, Role.READER}
    await disable_provider(database, changed, actor="baas", now=NOW)
    [kept] = await list_providers(database, "GM0344")
    await enable_provider(database, kept, actor="baas", now=NOW)
    async with reading_across(database) as session:
        rows = (await session.exec(select(AuditRecord).order_by(col(AuditRecord.number)))).all()
    assert [(row.place, row.action, row.object_id) for row in rows] == [
        ("GM0344", f"identity-provider.{what}", "gm0344-1") for what in ("added", "changed", "disabled", "enabled")
    ]
    assert "geheim" not in repr([(row.before, row.after) for row in rows])


@pytest.mark.anyio
async def test_what_somebody_else_changed_meanwhile_is_not_overwritten(database: Database) -> None:
    seen = await added(database)
    new = replace(GOOD, label="Nieuw", secret="")
    assert isinstance(await change_provider(database, KEYS, seen, new, allow_local=False, actor="a", now=NOW), Provider)
    with pytest.raises(ProviderChangedError):
        await change_provider(database, KEYS, seen, GOOD, allow_local=False, actor="b", now=NOW)
    with pytest.raises(ProviderChangedError):
        await disable_provider(database, seen, actor="b", now=NOW)


@pytest.mark.anyio
async def test_a_secret_is_given_with_its_issuer_and_an_issuer_stands_once_in_a_place(database: Database) -> None:
    first = await added(database)
    other = replace(GOOD, issuer="https://andere.example")
    found = await add_provider(
        database, KEYS, "GM0344", replace(other, secret=" "), allow_local=False, actor="a", now=NOW
    )
    assert found == (Fault("secret", Why.EMPTY),)
    moved = await change_provider(
        database, KEYS, first, replace(other, secret=""), allow_local=False, actor="a", now=NOW
    )
    assert moved == (Fault("secret", Why.SECRET_AGAIN),)
    taken = await add_provider(database, KEYS, "GM0344", GOOD, allow_local=False, actor="a", now=NOW)
    assert taken == (Fault("issuer", Why.TAKEN),)
    assert (await added(database, "GM0363")).id == "gm0363-1"
    second = await added(database, issuer="https://andere.example")
    found = await change_provider(database, KEYS, second, GOOD, allow_local=False, actor="a", now=NOW)
    assert found == (Fault("issuer", Why.TAKEN),)


@pytest.mark.anyio
async def test_a_role_that_its_place_does_not_have_is_not_given_whoever_wrote_it(database: Database) -> None:
    one = await added(database)
    async with shared_transaction(database) as session:
        row = await session.get_one(IdentityProvider, one.id)
        row.mapping = {
            "claim": "groups",
            "roles": {"a": "national-editor", "b": "reader", "c": "baas"},
            "managed": ["national-editor"],
        }
        session.add(row)
    found = await find_provider(database, one.id)
    assert found is not None
    assert (dict(found.mapping.roles), found.mapping.managed) == ({"b": Role.READER}, {Role.READER})
