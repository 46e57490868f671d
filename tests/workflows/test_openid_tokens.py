"""An ID token counts only when the provider signed it, for us, in answer to our own question, and now."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from own_provider import FIRST_KEY, SECOND_KEY, new_key

from ceo.workflows.openid.documents import ALGORITHMS
from ceo.workflows.openid.tokens import Expected, NotValid, Person, read_id_token

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
CLOCK = int(NOW.timestamp())
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
EXPECTED = Expected("https://id.example", "ceo", "vers", "toegang", frozenset(ALGORITHMS))
GOOD = {
    "iss": "https://id.example",
    "aud": "ceo",
    "sub": "noor-7",
    "nonce": "vers",
    "iat": CLOCK,
    "exp": CLOCK + 300,
    "email": "Noor@Utrecht.nl",
    "email_verified": True,
    "name": "Noor  Jansen",
}


def token(algorithm: str = "ES256", key: ECKey | RSAKey = FIRST_KEY, **claims: Any) -> str:
    said = {name: value for name, value in {**GOOD, **claims}.items() if value is not None}
    return jwt.encode({"alg": algorithm, "kid": key.kid}, said, key, algorithms=[algorithm])


def by_hand(header: dict[str, Any] | bytes, payload: bytes, signature: bytes = b"") -> str:
    head = header if isinstance(header, bytes) else json.dumps(header).encode()
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (head, payload, signature))


def read(written: str, *keys: Any, expected: Expected = EXPECTED) -> Person | NotValid:
    return read_id_token(written, keys or (FIRST_KEY, RSA), expected, now=NOW)


def cause(written: str, *keys: Any) -> str:
    found = read(written, *keys)
    assert isinstance(found, NotValid), found
    return found.cause


def test_a_good_token_tells_who_somebody_is() -> None:
    found = read(token(groups=["beheer"]))
    assert isinstance(found, Person)
    assert (found.subject, found.email, found.name) == ("noor-7", "noor@utrecht.nl", "Noor Jansen")
    assert found.values("groups") == {"beheer"}


@pytest.mark.parametrize("algorithm", ["RS256", "RS512", "PS256", "ES256"])
def test_the_usual_signatures_are_taken(algorithm: str) -> None:
    assert isinstance(read(token(algorithm, FIRST_KEY if algorithm == "ES256" else RSA)), Person)


def test_a_token_without_a_signature_proves_nothing() -> None:
    payload = json.dumps(GOOD).encode()
    assert cause(by_hand({"alg": "none"}, payload)) == "algorithm"
    assert cause(by_hand({"alg": "None", "kid": "een"}, payload)) == "algorithm"
    assert cause(by_hand({"alg": "ES256", "kid": "een"}, payload)) == "signature"


def test_the_public_key_is_no_shared_secret() -> None:
    payload = json.dumps(GOOD).encode()
    for key in (RSA, FIRST_KEY):
        secret = OctKey(key.as_bytes(private=False), key.as_bytes(private=False))
        forged = jws.serialize_compact({"alg": "HS256", "kid": key.kid}, payload, secret, algorithms=["HS256"])
        assert cause(forged) == "algorithm"


def test_a_signature_of_somebody_else_proves_nothing() -> None:
    assert cause(token(key=new_key("een"))) == "signature"
    assert cause(token(key=SECOND_KEY)) == "key"
    head, _, signature = token().split(".")
    changed = base64.urlsafe_b64encode(json.dumps({**GOOD, "sub": "baas"}).encode()).decode().rstrip("=")
    assert cause(f"{head}.{changed}.{signature}") == "signature"


def test_a_token_without_the_name_of_a_key_may_be_of_any_key_that_fits() -> None:
    written = jwt.encode({"alg": "ES256"}, GOOD, SECOND_KEY, algorithms=["ES256"])
    assert isinstance(read(written, RSA, FIRST_KEY, SECOND_KEY), Person)
    assert cause(written, RSA, FIRST_KEY) == "signature"


def test_a_key_signs_with_its_own_algorithm_only() -> None:
    bound = RSAKey.import_key({**RSA.as_dict(private=True), "alg": "PS256"})
    assert cause(token("RS256", RSA), bound) == "key"
    assert read(token("ES256"), expected=Expected("a", "b", "c", "", frozenset({"RS256"}))) == NotValid("algorithm")


@pytest.mark.parametrize(
    ("claims", "about"),
    [
        ({"iss": "https://andere.example"}, "iss"),
        ({"iss": ["https://id.example"]}, "iss"),
        ({"iss": None}, "iss"),
        ({"aud": "andere"}, "aud"),
        ({"aud": ["andere", "nog een"]}, "aud"),
        ({"aud": []}, "aud"),
        ({"aud": None}, "aud"),
        ({"aud": ["ceo", "andere"]}, "azp"),
        ({"aud": ["ceo", "andere"], "azp": "andere"}, "azp"),
        ({"azp": "andere"}, "azp"),
        ({"nonce": "oud"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"nonce": ["vers"]}, "nonce"),
        ({"exp": CLOCK - 61}, "expired"),
        ({"exp": None}, "exp"),
        ({"exp": "straks"}, "exp"),
        ({"exp": True}, "exp"),
        ({"iat": CLOCK + 120}, "future"),
        ({"iat": None}, "iat"),
        ({"nbf": CLOCK + 120}, "not yet"),
        ({"sub": None}, "sub"),
        ({"sub": ""}, "sub"),
        ({"sub": 7}, "sub"),
        ({"sub": "a" * 256}, "sub"),
        ({"sub": "a\x00b"}, "sub"),
        ({"sub": "a\ud800"}, "sub"),
        ({"amr": "mfa"}, "amr"),
        ({"at_hash": "AAAA"}, "at_hash"),
        ({"at_hash": [1]}, "at_hash"),
    ],
    ids=str,
)
def test_a_claim_that_is_not_ours_or_not_of_now_is_refused(claims: dict[str, Any], about: str) -> None:
    if claims.get("sub") == "a\ud800":
        payload = json.dumps({**GOOD, **claims}).encode()
        written = jws.serialize_compact({"alg": "ES256", "kid": "een"}, payload, FIRST_KEY, algorithms=["ES256"])
    else:
        written = token(**claims)
    assert about in cause(written) or cause(written) == "form of a claim"


def test_a_clock_may_differ_a_minute_and_a_token_may_have_more_readers_when_we_asked_for_it() -> None:
    assert isinstance(read(token(iat=CLOCK + 59, exp=CLOCK - 59)), Person)
    assert isinstance(read(token(aud=["ceo", "andere"], azp="ceo")), Person)


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": None}, {"email_verified": False}, {"email_verified": "true"}, {"email": "noor"},
        {"email": ["noor@utrecht.nl"]}, {"email": "noor@utrecht"}, {"email": "a b@utrecht.nl"}, {"email": None},
        {"email": "\N{KELVIN SIGN}im@utrecht.nl"}, {"email": "a" * 250 + "@b.nl"}, {"email": "noor\x00@utrecht.nl"},
    ],
    ids=str,
)  # fmt: skip
def test_an_address_that_was_not_verified_or_is_none_does_not_count(claims: dict[str, Any]) -> None:
    found = read(token(**claims))
    assert isinstance(found, Person)
    assert found.email == ""


def test_microsoft_says_in_its_own_way_that_an_address_was_verified() -> None:
    for said in (True, 1, "1"):
        found = read(token(email_verified=None, xms_edov=said))
        assert isinstance(found, Person)
        assert found.email == "noor@utrecht.nl"


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"name": None, "given_name": "Noor", "family_name": "Jansen"}, "Noor Jansen"),
        ({"name": None}, ""),
        ({"name": {"a": 1}}, ""),
        ({"name": "a" * 101}, ""),
        ({"name": "Noor\nJansen"}, "Noor Jansen"),
        ({"name": "Noor\u202eJansen"}, ""),
    ],
    ids=str,
)
def test_a_name_is_kept_when_it_can_be_one(claims: dict[str, Any], name: str) -> None:
    found = read(token(**claims))
    assert isinstance(found, Person)
    assert found.name == name


@pytest.mark.parametrize(
    "written",
    [
        "", "a.b", "a.b.c", "é.é.é", by_hand(b"[]", b"{}"), by_hand(b'["alg"]', b"{}"), by_hand({"alg": ["ES256"]}, b"{}"),
        by_hand({"alg": "ES256", "kid": {}}, b"{}"), by_hand({"alg": "ES256"}, b"\xff"), by_hand(b"[" * 400, b"{}"),
        by_hand({"alg": "ES256", "crit": ["b64"], "b64": False}, b"{}"), "a" * 300_000, by_hand({"alg": "ES256"}, b"a" * 200_000),
    ],
    ids=range(13),
)  # fmt: skip
def test_what_is_no_token_is_refused(written: str) -> None:
    assert isinstance(read(written), NotValid)


@pytest.mark.parametrize("payload", [b"[]", b"7", b'"a"', b"{", b"[" * 100_000, b"\xff", b"null"])
def test_a_signature_over_something_else_than_claims_proves_nothing(payload: bytes) -> None:
    written = jws.serialize_compact({"alg": "ES256", "kid": "een"}, payload, FIRST_KEY, algorithms=["ES256"])
    assert isinstance(read(written), NotValid)


def test_a_header_may_say_more_but_nothing_critical_that_we_do_not_know() -> None:
    payload = json.dumps(GOOD).encode()
    lenient = jws.JWSRegistry(algorithms=["ES256"], strict_check_header=False)
    more = {"alg": "ES256", "kid": "een", "eigen": 1, "x5t": "AAAA"}
    assert isinstance(read(jws.serialize_compact(more, payload, FIRST_KEY, registry=lenient)), Person)
    written = by_hand({"alg": "ES256", "kid": "een", "crit": ["eigen"], "eigen": 1}, payload)
    assert isinstance(read(written), NotValid)


def test_what_is_not_valid_is_told_without_the_person() -> None:
    causes = {cause(token(aud="andere")), cause(token(nonce="oud")), cause(token(exp=1)), cause(token(key=SECOND_KEY))}
    assert not any(part in " ".join(causes) for part in ("noor", "Noor", "andere", "oud"))
