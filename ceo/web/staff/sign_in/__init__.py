"""The pages of signing in: the password, the second factor, and a new password."""

from __future__ import annotations

from typing import Final

from ceo.web.staff.sign_in import choosing, confirming, entering

ROUTES: Final = (
    entering.show_sign_in,
    entering.take_password,
    entering.choose_language,
    entering.sign_out,
    confirming.show_code_form,
    confirming.take_code,
    confirming.show_recovery_form,
    confirming.take_recovery_code,
    choosing.show_forgotten,
    choosing.mail_link,
    choosing.follow_link,
    choosing.show_choice,
    choosing.take_choice,
)
