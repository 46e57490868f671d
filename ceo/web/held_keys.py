"""The key that a browser holds after coming in, and forms that say for whom they were shown.

On a device that is lent somebody can come in while a page of another person is still open beside it. The cookie then is that of the
newest, so a form also says whose page it stands on. What it says follows from the key and leads nowhere.
"""

from __future__ import annotations

import re
from typing import Any, Final

from litestar import Request

from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.workflows.answering.access_codes import AccessKey

COOKIE: Final = "ceo_toegang"
# The name of the control that says whose page a form stands on.
OWNER: Final = "van"
# Stands for the owner while a page is drawn: a page that many people get alike is drawn once.
OWNER_MARK: Final = "\x02van\x03"
_KEY: Final = re.compile("[0-9a-f]{64}")


def held_key(request: Request[Any, Any, Any], municipality: Municipality) -> AccessKey | None:
    """Return the access key that the browser brings, if it can be one."""
    return _key(request, municipality.code)


def owner_of_pages(request: Request[Any, Any, Any]) -> str:
    """Return what the forms of a page say about whose it is; "" when nobody came in."""
    key = _key(request, "")
    return key.page_owner if key is not None else ""


async def is_form_of(request: Request[Any, Any, Any], key: AccessKey) -> bool:
    """Tell whether a form is not from a page of somebody else; one that says nothing was not made by a page of ours."""
    return (await read_form(request)).get(OWNER, [key.page_owner]) == [key.page_owner]


def _key(request: Request[Any, Any, Any], municipality_code: str) -> AccessKey | None:
    secret = request.cookies.get(COOKIE, "")
    return AccessKey(municipality_code, secret) if _KEY.fullmatch(secret) else None
