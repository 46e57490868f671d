"""What identity providers publish is strange input, fetched seldom and within limits."""

from __future__ import annotations

import base64
import gzip
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey
from own_provider import DOCUMENT, FIRST_KEY, KEYS, SECOND_KEY, OwnProvider, own_provider, send

from ceo.workflows.openid.documents import KnownProviders, ProviderDocument, read_document
from ceo.workflows.openid.fetching import Answer, Cause, Limits, Unusable, is_usable_address

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@pytest.fixture
def provider() -> Iterator[OwnProvider]:
    with own_provider() as running:
        yield running


def known(**limits: Any) -> KnownProviders:
    return KnownProviders(allow_local=True, limits=Limits(**limits))


async def document_of(provider: OwnProvider) -> ProviderDocument:
    found = await known().document(provider.issuer, now=NOW)
    assert isinstance(found, ProviderDocument)
    return found


async def test_a_document_and_its_keys_are_fetched_once_an_hour(provider: OwnProvider) -> None:
    memory = known()
    for minutes in (0, 30, 59):
        document = await memory.document(provider.issuer, now=NOW + timedelta(minutes=minutes))
        assert isinstance(document, ProviderDocument)
        keys = await memory.keys(document, "een", now=NOW + timedelta(minutes=minutes))
        assert [key.kid for key in keys if not isinstance(keys, Unusable)] == ["een"]
    assert provider.requests == [DOCUMENT, KEYS]
    await memory.document(provider.issuer, now=NOW + timedelta(minutes=60))
    await memory.document(provider.issuer, now=NOW - timedelta(days=1))  # a clock that was set back
    assert provider.requests == [DOCUMENT, KEYS, DOCUMENT, DOCUMENT]


async def test_keys_are_fetched_anew_for_an_unknown_one_at_most_once_a_minute(provider: OwnProvider) -> None:
    memory, document = known(), await document_of(provider)
    provider.requests.clear()
    await memory.keys(document, "een", now=NOW)
    provider.published = [SECOND_KEY]
    for seconds, count, name in ((30, 1, "een"), (60, 2, "twee"), (61, 2, "twee")):
        keys = await memory.keys(document, "twee", now=NOW + timedelta(seconds=seconds))
        assert not isinstance(keys, Unusable)
        assert ([key.kid for key in keys], len(provider.requests)) == ([name], count)
    for seconds in range(62, 133, 10):
        await memory.keys(document, "verzonnen", now=NOW + timedelta(seconds=seconds))
    assert len(provider.requests) == 3


async def test_only_so_many_providers_are_remembered(provider: OwnProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ceo.workflows.openid.documents._MOST_ISSUERS", 2)
    memory = known()
    for path in ("", "/a", "/b"):
        document = {**provider.document, "issuer": provider.issuer + path}
        provider.answers[path + DOCUMENT] = lambda handler, document=document: send(handler, 200, document)  # type: ignore[misc]
        assert isinstance(await memory.document(provider.issuer + path, now=NOW), ProviderDocument)
    assert sorted(memory._documents) == [provider.issuer + "/a", provider.issuer + "/b"]


async def test_a_provider_that_is_away_is_told_as_such_and_not_remembered(provider: OwnProvider) -> None:
    memory = known()
    assert await memory.document("http://127.0.0.1:9", now=NOW) == Unusable(Cause.AWAY)
    provider.answers[DOCUMENT] = lambda handler: handler.connection.close()
    assert await memory.document(provider.issuer, now=NOW) == Unusable(Cause.AWAY)
    provider.answers.clear()
    assert isinstance(await memory.document(provider.issuer, now=NOW), ProviderDocument)


@pytest.mark.parametrize("begins", [False, True], ids=["says nothing", "sends byte by byte"])
async def test_a_provider_that_takes_too_long_is_left(provider: OwnProvider, begins: bool) -> None:  # noqa: FBT001
    may_end = threading.Event()

    def answer(handler: Any) -> None:
        if begins:
            handler.send_response(200)
            handler.end_headers()
        for _ in range(100):
            if may_end.wait(0.02):
                return
            if begins:
                handler.wfile.write(b" ")
                handler.wfile.flush()

    provider.answers[DOCUMENT] = answer
    assert await known(seconds=0.2).document(provider.issuer, now=NOW) == Unusable(Cause.SLOW)
    may_end.set()


@pytest.mark.parametrize(
    ("status", "body", "headers", "cause"),
    [
        (200, b" " * 300_000, {}, Unusable(Cause.TOO_LARGE)),
        (200, gzip.compress(b" " * 3_000_000), {"content-encoding": "gzip"}, Unusable(Cause.NOT_JSON)),
        (200, b"<html>", {}, Unusable(Cause.NOT_JSON)),
        (200, b"[]", {}, Unusable(Cause.NOT_JSON)),
        (200, b"[" * 100_000, {}, Unusable(Cause.NOT_JSON)),
        (200, b'{"a": ' + b"9" * 5000 + b"}", {}, Unusable(Cause.NOT_JSON)),
        (200, b"\xff\xfe", {}, Unusable(Cause.NOT_JSON)),
        (404, b"{}", {}, Unusable(Cause.STATUS, "404")),
        (302, b"", {"location": "/elders"}, Unusable(Cause.STATUS, "302")),
    ],
    ids=["large", "packed", "page", "list", "deep", "number", "no text", "not found", "elsewhere"],
)
async def test_an_answer_that_is_no_document_is_refused(
    provider: OwnProvider, status: int, body: bytes, headers: dict[str, str], cause: Unusable
) -> None:
    provider.answers[DOCUMENT] = lambda handler: send(handler, status, body, **headers)
    assert await known().document(provider.issuer, now=NOW) == cause
    assert provider.requests == [DOCUMENT]


@pytest.mark.parametrize(
    ("changed", "cause"),
    [
        ({"issuer": "https://andere.example"}, Unusable(Cause.OTHER_ISSUER, "https://andere.example")),
        ({"issuer": "https://id.example/"}, Unusable(Cause.OTHER_ISSUER, "https://id.example/")),
        ({"issuer": None}, Unusable(Cause.OTHER_ISSUER, "None")),
        ({"token_endpoint": "http://id.example/token"}, Unusable(Cause.ADDRESS, "token_endpoint")),
        ({"authorization_endpoint": "javascript:alert(1)"}, Unusable(Cause.ADDRESS, "authorization_endpoint")),
        ({"jwks_uri": ["https://id.example"]}, Unusable(Cause.ADDRESS, "jwks_uri")),
        ({"response_types_supported": ["id_token"]}, Unusable(Cause.NO_CODE)),
        ({"code_challenge_methods_supported": ["plain"]}, Unusable(Cause.NO_PKCE)),
        ({"id_token_signing_alg_values_supported": ["HS256", "none"]}, Unusable(Cause.NO_ALGORITHM)),
        ({"token_endpoint_auth_methods_supported": ["private_key_jwt"]}, Unusable(Cause.NO_SECRET)),
    ],
)
def test_a_document_that_cannot_be_used_says_why(changed: dict[str, Any], cause: Unusable) -> None:
    document = {**OwnProvider("https://id.example").document, **changed}
    assert read_document(Answer(200, document), "https://id.example", allow_local=False) == cause


def test_what_a_document_does_not_tell_has_the_default_of_the_specification() -> None:
    names = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
    document = {name: value for name, value in OwnProvider("https://id.example").document.items() if name in names}
    found = read_document(Answer(200, document), "https://id.example", allow_local=False)
    assert isinstance(found, ProviderDocument)
    assert (found.algorithms, found.takes_secret_in_form) == ({"RS256"}, False)


@pytest.mark.parametrize(
    "address",
    [
        "http://id.example", "http://localhost.example", "ftp://id.example", "https://", "https://naam:woord@id.example",
        "https://id.example/#a", "https://id.example:poort", "https://id.example/\nx", "https://[::1", "https://ïd.example",
        "https://id.example/" + "a" * 400, "", 7, None,
    ],
)  # fmt: skip
def test_only_an_https_address_is_usable(address: object) -> None:
    assert not is_usable_address(address, allow_local=True)


def test_http_is_for_this_computer_and_only_when_that_is_allowed() -> None:
    local = ("http://localhost:9400", "http://127.0.0.1:9400/a", "http://[::1]")
    assert [is_usable_address(address, allow_local=True) for address in local] == [True] * 3
    assert [is_usable_address(address, allow_local=False) for address in local] == [False] * 3


async def test_keys_that_cannot_check_a_signature_are_passed_over(provider: OwnProvider) -> None:
    document = await document_of(provider)
    odd: list[Any] = [
        OctKey.generate_key(256).as_dict(),
        {"kty": "RSA", "n": base64.urlsafe_b64encode(b"\xc5" * 128).decode().rstrip("="), "e": "AQAB"},  # 1024 bits
        ECKey.generate_key("P-256", {"use": "enc"}).as_dict(private=False),
        FIRST_KEY.as_dict(private=True),
        {"kty": "EC", "crv": "P-256", "x": 1, "y": []},
        {"kty": "EC", "crv": "P-999", "x": "AA", "y": "AA"},
        {"kty": "RSA", "n": "AQAB", "e": "AQAB", "use": "sig", "key_ops": 7},
        {"kty": "AKP"}, {}, "sleutel", None,
    ]  # fmt: skip
    provider.answers[KEYS] = lambda handler: send(handler, 200, {"keys": odd})
    assert await known().keys(document, None, now=NOW) == Unusable(Cause.NO_KEYS)
    odd.append(SECOND_KEY.as_dict(private=False))
    keys = await known().keys(document, None, now=NOW)
    assert not isinstance(keys, Unusable)
    assert [key.kid for key in keys] == ["twee"]
    provider.answers[KEYS] = lambda handler: send(handler, 200, {"keys": "geen"})
    assert await known().keys(document, None, now=NOW) == Unusable(Cause.NO_KEYS)
