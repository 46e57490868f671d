"""An identity provider of the tests, with keys of its own: it can say what an honest one never would.

It serves on a port of this computer. What it answers at an address can be replaced (`answers`), and so can the token that it makes
(`make_token`). Who signs in at it is decided by `claims`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

CLIENT = "ceo-proef"
SECRET = "geheim~van.de-proef"
DOCUMENT, KEYS, TOKEN = "/.well-known/openid-configuration", "/sleutels", "/token"


def new_key(name: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": name, "use": "sig", "alg": "ES256"})


FIRST_KEY, SECOND_KEY = new_key("een"), new_key("twee")


@dataclass
class OwnProvider:
    """What the provider does next, and what was asked of it."""

    issuer: str = ""
    key: ECKey = field(default_factory=lambda: FIRST_KEY)
    published: list[ECKey] = field(default_factory=lambda: [FIRST_KEY])
    claims: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)  # in the document
    answers: dict[str, Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    make_token: Callable[[dict[str, Any]], str] | None = None
    requests: list[str] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)
    checks_pkce: bool = True
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def document(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/aanmelden?taal=nl",
            "token_endpoint": self.issuer + TOKEN,
            "jwks_uri": self.issuer + KEYS,
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
            **self.more,
        }

    def sign_in(self, address: str) -> dict[str, list[str]]:
        """Return what the browser brings back after signing in at the address to which it was led."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["response_type"] == "code"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(8)
        self._codes[code] = asked
        return {"code": [code], "state": [asked["state"]]}

    def give_token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Return what is given for a code: each once, and only to who asked for it."""
        asked = self._codes.pop(form["code"], None)
        verifier = (
            base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        )
        if asked is None or asked["redirect_uri"] != form["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        if self.checks_pkce and (asked["code_challenge_method"], asked["code_challenge"]) != ("S256", verifier):
            return 400, {"error": "invalid_grant", "error_description": "PKCE"}
        now = int(time.time())
        usual = {"iss": self.issuer, "aud": asked["client_id"], "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims = {name: value for name, value in {**usual, **self.claims}.items() if value is not None}
        token = self.make_token(claims) if self.make_token else self.signed(claims)
        return 200, {"access_token": "toegang", "token_type": "Bearer", "id_token": token}

    def signed(self, claims: dict[str, Any], key: ECKey | None = None) -> str:
        used = key or self.key
        return jwt.encode({"alg": "ES256", "kid": used.kid}, claims, used, algorithms=["ES256"])


@contextmanager
def own_provider() -> Iterator[OwnProvider]:
    """Run a provider on a free port of this computer."""
    provider = OwnProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._serve(
                {
                    DOCUMENT: provider.document,
                    KEYS: {"keys": [key.as_dict(private=False) for key in provider.published]},
                }
            )

        def do_POST(self) -> None:
            provider.forms.append(dict(parse_qsl(self.rfile.read(int(self.headers["content-length"])).decode())))
            if urlsplit(self.path).path in provider.answers:
                self._serve({})
                return
            wanted = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            in_form = (provider.forms[-1].get("client_id"), provider.forms[-1].get("client_secret")) == (CLIENT, SECRET)
            known = in_form or self.headers.get("authorization") == wanted
            status, answer = provider.give_token(provider.forms[-1]) if known else (401, {"error": "invalid_client"})
            send(self, status, answer)

        def _serve(self, documents: dict[str, Any]) -> None:
            path = urlsplit(self.path).path
            provider.requests.append(path)
            if path in provider.answers:
                provider.answers[path](self)
            else:
                send(self, 200 if path in documents else 404, documents.get(path, {}))

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the library
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join(timeout=60)
        server.server_close()


def send(handler: BaseHTTPRequestHandler, status: int, answer: object, **headers: str) -> None:
    """Send a document, or bytes as they are."""
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    handler.send_response(status)
    for name, value in {"content-type": "application/json", "content-length": str(len(body)), **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def parameters(address: str) -> dict[str, str]:
    """Return the parameters of an address, each of which stands there once."""
    found = parse_qs(urlsplit(address).query, strict_parsing=True)
    assert all(len(values) == 1 for values in found.values())
    return {name: values[0] for name, values in found.items()}


def with_parameters(address: str, **changed: str) -> str:
    """Return an address with other parameters."""
    return f"{address.partition('?')[0]}?{urlencode({**parameters(address), **changed})}"
