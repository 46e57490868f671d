"""Handing a mail to a real mail server, over each kind of line."""

from __future__ import annotations

import socket
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from mail_server import SENDER, open_mailbox

from ceo.mail_server import Encryption
from ceo.workflows import mailing
from ceo.workflows.mailing import Mail, send_mail

pytestmark = pytest.mark.anyio

MAIL = Mail("noor@voorbeeld.nl", "Een nieuw wachtwoord", "Beste Zoë,\n\nhttps://ceo.example/werk/aanmelden/code/abc\n")


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate with its key, of a server at 127.0.0.1 that nobody trusts yet."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "proef")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "proef.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return file


def of_server(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


async def test_a_mail_arrives_with_its_words_and_asks_nobody_to_answer() -> None:
    async with open_mailbox() as mailbox:
        assert await send_mail(mailbox.server, MAIL)
    [mail] = mailbox.mails
    assert (mail["From"], mail["To"], mail["Subject"]) == (SENDER, MAIL.to, MAIL.subject)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"].endswith("@voorbeeld.nl>")
    assert mail.get_content().replace("\r\n", "\n") == MAIL.text


async def test_we_call_ourselves_by_our_address_and_look_up_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    for name in ("getfqdn", "gethostbyaddr", "gethostbyname"):
        monkeypatch.setattr(socket, name, lambda *_, name=name: asked.append(name) or "naam.voorbeeld.nl")
    async with open_mailbox() as mailbox:
        assert await send_mail(mailbox.server, MAIL)
    assert (mailbox.greetings, asked) == (["[127.0.0.1]"], [])


@pytest.mark.parametrize("encryption", [Encryption.STARTTLS, Encryption.TLS])
async def test_over_tls_the_server_is_known_by_its_certificate_and_gets_the_password(
    encryption: Encryption, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    async with open_mailbox(
        encryption=encryption, certificate=of_server(certificate), user="ceo", password="geheim%"
    ) as mailbox:
        assert not await send_mail(mailbox.server, MAIL)  # nobody trusts it
        monkeypatch.setattr(mailing, "_trusting", lambda: trusting)
        assert await send_mail(mailbox.server, MAIL)
        assert not await send_mail(replace(mailbox.server, password="ander"), MAIL)
        assert not await send_mail(replace(mailbox.server, host="localhost"), MAIL)  # the certificate is for 127.0.0.1
    assert len(mailbox.mails) == 1


async def test_a_server_that_offers_no_encryption_gets_nothing_when_it_is_asked_for(certificate: Path) -> None:
    async with open_mailbox() as mailbox:
        assert not await send_mail(replace(mailbox.server, encryption=Encryption.STARTTLS), MAIL)
    assert mailbox.mails == []


async def test_a_refusal_is_logged_without_the_address_and_the_text(caplog: pytest.LogCaptureFixture) -> None:
    async with open_mailbox() as mailbox:
        mailbox.refuses = True
        assert not await send_mail(mailbox.server, MAIL)
    assert "SMTPDataError" in caplog.text
    for secret in ("noor", "abc", "Beste"):
        assert secret not in caplog.text
        assert secret not in repr(MAIL)


@pytest.mark.parametrize("to", ["noor@voorbeeld.nl\nBcc: ander@voorbeeld.nl", "", "noor"])
async def test_an_address_cannot_bring_others_along(to: str) -> None:
    async with open_mailbox() as mailbox:
        await send_mail(mailbox.server, replace(MAIL, to=to))
    assert all(mail["Bcc"] is None for mail in mailbox.mails)
    assert "\n" not in to or mailbox.mails == []
