"""A copy of one's own answers: a page to print, and a PDF."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency

from ceo.storage.municipalities import Municipality
from ceo.storage.rounds import Promise
from ceo.web.held_keys import held_key
from ceo.web.installation import Installation
from ceo.web.languages import format_day, translations
from ceo.web.readers import reader_of, reader_page
from ceo.web.resident.entrance import NothingToFillInError, held_draft
from ceo.web.resident.given_answers import GivenAnswer, given_answers
from ceo.workflows.answering.answered import Answered, answered_so_far
from ceo.workflows.answering.consent import find_sent_stories
from ceo.workflows.answering.reader import Reader
from exports.answers_copy import AnswersCopy, CopiedAnswer
from questionnaires.texts import direction_of

# Neutral: on a computer that others use too it tells nothing.
_FILE: Final = "antwoorden.pdf"
# A thread of its own, so that pages go on meanwhile; one, because the fonts of the PDF library are shared.
_WRITER: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="copy")


@dataclass(frozen=True, slots=True)
class _Held:
    """The answers that a client may copy, and how they are read."""

    answered: Answered
    reader: Reader
    sent: bool


@get("/kopie")
async def show_copy(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Show one's own answers on a page that can be printed."""
    held = await _held_answers(request, installation, municipality)
    return reader_page(
        "copy.html",
        held.reader,
        held.answered.questionnaire,
        place="kopie",
        municipality=municipality,
        round=held.answered.round,
        title=_title(held),
        today=installation.today,
        answers=given_answers(held.answered, held.reader),
        sent=held.sent,
        pseudonymous=held.answered.round.promise == Promise.PSEUDONYMOUS,
    )


@get("/kopie/pdf")
async def download_copy(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[bytes]:
    """Return one's own answers as a file, which is kept nowhere here."""
    held = await _held_answers(request, installation, municipality)
    copy = _copy(held, installation, municipality)
    content = await asyncio.get_running_loop().run_in_executor(_WRITER, _write, copy)
    return Response(
        content,
        media_type="application/pdf",
        headers={"content-disposition": f'attachment; filename="{_FILE}"'},
    )


async def _held_answers(
    request: Request[Any, Any, Any], installation: Installation, municipality: Municipality
) -> _Held:
    """Return the answers of the client who asks: of the draft, or what was sent when the code still leads there."""
    try:
        draft = await held_draft(request, municipality, installation)
    except NothingToFillInError:
        key = held_key(request, municipality)
        sent = await find_sent_stories(installation.database, installation.versions, key) if key is not None else None
        if sent is None:
            raise
        return _Held(sent.answered, reader_of(request, sent.answered.questionnaire), sent=True)
    return _Held(answered_so_far(draft), draft.reader, sent=False)


def _copy(held: _Held, installation: Installation, municipality: Municipality) -> AnswersCopy:
    language = held.reader.language
    gettext = translations(language).gettext
    return AnswersCopy(
        title=gettext("Uw antwoorden"),
        sender=gettext("Gemeente %(name)s") % {"name": municipality.name},
        introduction=(
            _title(held),
            gettext("Deze kopie is gemaakt op %(day)s.") % {"day": format_day(installation.today, language)},
            gettext("Wij bewaren deze kopie niet."),
        ),
        answers=tuple(_copied(given, gettext) for given in given_answers(held.answered, held.reader)),
        made_on=installation.today,
        language=language,
        direction=direction_of(language),
    )


def _copied(given: GivenAnswer, gettext: Callable[[str], str]) -> CopiedAnswer:
    remarks = (gettext("Wat er met dit verhaal mag:"), *given.uses) if given.uses is not None else ()
    return CopiedAnswer(given.question, given.words or gettext("Overgeslagen"), remarks)


def _title(held: _Held) -> str:
    """Return the title of the questionnaire."""
    return held.answered.questionnaire.wording(held.reader.language, held.reader.register).title


def _write(copy: AnswersCopy) -> bytes:
    from exports.pdf.answers_copying import write_answers_copy

    return write_answers_copy(copy)
