"""The pages of one's own account."""

from __future__ import annotations

from typing import Final

from ceo.web.staff.account import notices, overview, own_password, own_second_factor, own_sign_ins

ROUTES: Final = (
    overview.show_account,
    overview.keep_account,
    own_password.show_password_form,
    own_password.take_password,
    own_second_factor.show_second_factor,
    own_second_factor.show_set_up,
    own_second_factor.take_set_up,
    own_second_factor.show_codes_form,
    own_second_factor.make_codes,
    own_second_factor.show_removal,
    own_second_factor.remove,
    own_sign_ins.show_sign_ins,
    own_sign_ins.end_one,
    own_sign_ins.end_all,
    notices.show_notices,
    notices.keep_notices,
    notices.keep_seen,
    notices.make_calendar,
    notices.show_stop,
    notices.take_stop,
)
