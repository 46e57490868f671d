"""What a mail to a client says and carries: the same words as text and as HTML, and nothing that tells on its reader."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape
from pathlib import Path

import pytest
from installation import settings_on
from mail_server import SENDER

from ceo.mail_server import Encryption, MailServer
from ceo.settings import Settings
from ceo.storage.letters import LetterKind
from ceo.storage.rounds import Promise
from ceo.workflows.inviting.fixed_words import RoundFacts, fixed_words
from ceo.workflows.inviting.mail_line import dotted
from ceo.workflows.inviting.mail_writing import Addressed, MailWords, mail_id_in, write_mail
from ceo.workflows.inviting.texts import default_texts, filled_in

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MAIL_ID = "0123456789abcdef" * 2
SAFE = replace(
    settings_on("sqlite+aiosqlite:///unused", Path(), "https://ceo.gemeente.nl"),
    mail=MailServer("mail.internal", 25, Encryption.NONE, f"CEO <{SENDER}>"),
)


def words(*, name: str = "Utrecht", opening: str = "") -> MailWords:
    facts = RoundFacts(
        municipality="GM0344",
        name=name,
        title="Wmo",
        closes_on=date(2026, 12, 31),
        phone="14 030",
        promise=Promise.ANONYMOUS,
        erase_on=None,
        languages=("nl", "ar", "pl"),
        has_easy=True,
        address="https://ceo.gemeente.nl/GM0344",
    )
    own = filled_in(default_texts(LetterKind.INVITATION), municipality=name, closes_on="31 december 2026")
    own = replace(own, opening=opening or own.opening)
    return MailWords(facts, own, fixed_words(facts, LetterKind.INVITATION), SENDER, "onderzoek@gemeente.nl")


def written(said: MailWords | None = None, *, language: str = "nl", settings: Settings = SAFE) -> EmailMessage:
    to = Addressed(MAIL_ID, "noor@ontvanger.nl", "BCDF-GHJK-3467", language)
    content = write_mail(settings, said or words(), to, now=NOW)
    assert max(map(len, content.splitlines())) < 998  # RFC 5322
    content.decode("ascii")  # any server takes it
    mail = message_from_bytes(content, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    assert mail.defects == []
    return mail


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_a_mail_says_from_whom_it_is_and_how_to_get_no_more_of_them() -> None:
    mail = written()
    assert (mail["From"], mail["To"]) == (f"Gemeente Utrecht <{SENDER}>", "noor@ontvanger.nl")
    assert mail["Reply-To"] == "onderzoek@gemeente.nl"
    assert mail["Message-ID"] == f"<ceo-{MAIL_ID}@voorbeeld.nl>"
    assert mail_id_in(mail["Message-ID"]) == MAIL_ID
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = str(mail["List-Unsubscribe"]).strip("<>")
    assert re.fullmatch(rf"https://ceo\.gemeente\.nl/GM0344/afmelden/{MAIL_ID}[\w-]{{22}}", link)
    assert link in body(mail, "plain")
    assert f'href="{link}"' in body(mail, "html")


def test_the_words_of_a_series_say_that_answers_are_linked_unless_the_round_is_anonymous() -> None:
    again = replace(words().facts, asks_again=True)
    linked = "Een schuilnaam verbindt dan uw antwoorden."
    said = {promise: fixed_words(replace(again, promise=promise), LetterKind.INVITATION).promise for promise in Promise}
    assert {promise: linked in text for promise, text in said.items()} == {
        Promise.ANONYMOUS: False,
        Promise.PSEUDONYMOUS: True,
    }


def test_one_click_is_only_promised_over_https() -> None:
    mail = written(settings=replace(SAFE, base_url="http://ceo.gemeente.nl"))
    assert (mail["List-Unsubscribe-Post"], mail["List-Unsubscribe"] is None) == (None, False)


def test_text_and_html_say_the_same_words() -> None:
    mail = written()
    html = body(mail, "html")
    heard = re.sub(r"<style>.*?</style>|<a [^>]*>.*?</a>|<[^>]+>", " ", html, flags=re.DOTALL)
    read = re.sub(r"https://\S+", " ", body(mail, "plain"))
    subject = str(mail["Subject"])
    assert unescape(heard).split() == [*subject.split(), *subject.split(), *read.split()]


def test_html_brings_nothing_from_elsewhere_and_runs_nothing() -> None:
    html = body(written(), "html")
    assert not re.search(r"<(img|link|script|iframe|form|object)|url\(|@import|src=|\son\w+=", html)
    assert {address.partition("/GM")[0] for address in re.findall(r'href="([^"]+)"', html)} == {
        "https://ceo.gemeente.nl"
    }
    assert '<html lang="nl">' in html


def test_own_words_are_words_and_no_markup() -> None:
    mail = written(words(opening="Kies <b>nu</b> & vul in.\n.punt vooraan"))
    assert "Kies &lt;b&gt;nu&lt;/b&gt; &amp; vul in." in body(mail, "html")
    assert "Kies <b>nu</b> & vul in.\n\n.punt vooraan" in body(mail, "plain")


@pytest.mark.parametrize("language", ["ar", "pl"])
def test_who_reads_another_language_sees_that_first_with_the_link(language: str) -> None:
    mail = written(language=language)
    line = next(one for one in words().fixed.languages if one.language == language)
    text = body(mail, "plain")
    assert text.startswith(f"{line.text}\nhttps://ceo.gemeente.nl/GM0344/code/BCDF-GHJK-3467-")
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<h1>{mail["Subject"]}</h1>\n<p lang="{language}" dir="{direction}">' in body(mail, "html")
    assert text.count(line.text) == 1


@pytest.mark.parametrize("name", ["'s-Hertogenbosch", "Súdwest-Fryslân", "Bergen (NH.)"])
def test_any_name_of_a_municipality_can_be_a_sender(name: str) -> None:
    assert str(written(words(name=name))["From"].addresses[0].display_name) == f"Gemeente {name}"


def test_a_line_with_only_a_dot_does_not_end_a_mail() -> None:
    assert dotted(b"a\r\n.\r\nb") == b"a\r\n..\r\nb\r\n"
