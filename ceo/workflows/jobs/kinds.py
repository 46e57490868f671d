"""What a worker can do. Each kind is a function of a module that is imported when the first such job comes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class JobKind(StrEnum):
    """The kinds of long work."""

    LOAD_CLIENTS = "load-clients"
    LOAD_CONTACTS = "load-contacts"
    LOAD_INFLOW = "load-inflow"
    DRAW_SAMPLE = "draw-sample"
    VERIFY_SAMPLE = "verify-sample"
    MAKE_LETTERS = "make-letters"
    MAKE_MAIL_MERGE = "make-mail-merge"
    MAKE_PAPER_FORMS = "make-paper-forms"
    SEND_MAIL = "send-mail"
    INVITE_DUE = "invite-due"
    SEAL_MONTH = "seal-month"
    SEAL_ROUND = "seal-round"
    ERASE_ROUND = "erase-round"
    MAKE_SERIES = "make-series"


# Module and function: an async function that takes a `ceo.workflows.jobs.working.Working` and returns its result.
WORK: Final[Mapping[str, str]] = {
    JobKind.LOAD_CLIENTS: "ceo.workflows.frames.loading:load_clients",
    JobKind.LOAD_CONTACTS: "ceo.workflows.frames.contacts:load_contacts",
    JobKind.LOAD_INFLOW: "ceo.workflows.frames.inflow_loading:load_inflow",
    JobKind.DRAW_SAMPLE: "ceo.workflows.frames.drawing:draw_sample",
    JobKind.VERIFY_SAMPLE: "ceo.workflows.frames.verifying:prove_sample",
    JobKind.MAKE_LETTERS: "ceo.workflows.inviting.letters:make_letters",
    JobKind.MAKE_MAIL_MERGE: "ceo.workflows.inviting.mail_merge:make_mail_merge",
    JobKind.MAKE_PAPER_FORMS: "ceo.workflows.inviting.paper_forms:make_paper_forms",
    JobKind.SEND_MAIL: "ceo.workflows.inviting.mailing_out:send_mail",
    JobKind.INVITE_DUE: "ceo.workflows.inviting.due:invite_due",
    JobKind.SEAL_MONTH: "ceo.workflows.ending.months:seal_month",
    JobKind.SEAL_ROUND: "ceo.workflows.ending.sealing:seal_round",
    JobKind.ERASE_ROUND: "ceo.workflows.ending.erasing:erase_round",
    JobKind.MAKE_SERIES: "ceo.workflows.following.making:make_series",
}
