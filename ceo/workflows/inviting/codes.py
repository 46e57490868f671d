"""Opening a round and inviting its clients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from ceo.settings import Settings
from ceo.storage.contacts import Invitation
from ceo.storage.database import Database
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.answering.access_codes import access_key, draw_code, read_code, seal_of, show_code
from ceo.workflows.audit.recording import record


async def invite(
    database: Database, secret_key: bytes, *, municipality: str, round_id: int, numbers: Mapping[str, int]
) -> dict[str, list[str]]:
    """Invite a number of clients in each stratum; return their codes. The codes are stored nowhere: print them now."""
    codes = _drawn(numbers)
    async with tenant_transaction(database, municipality) as session:
        session.add_all(_invitations(secret_key, municipality, round_id, codes))
    return codes


async def hand_out_codes(
    database: Database,
    secret_key: bytes,
    *,
    municipality: str,
    round_id: int,
    numbers: Mapping[str, int],
    actor: str,
    now: datetime,
) -> dict[str, list[str]]:
    """Invite as `invite` does, and record who did and how many."""
    codes = _drawn(numbers)
    async with tenant_transaction(database, municipality) as session:
        session.add_all(_invitations(secret_key, municipality, round_id, codes))
        await session.flush()
        await record(
            session,
            municipality,
            actor=actor,
            action="round.codes-made",
            object_kind="round",
            object_id=str(round_id),
            after={"numbers": dict(numbers)},
            now=now,
        )
    return codes


def letter_path(secret_key: bytes, municipality: str, code: str) -> str:
    """Return the address of a letter below the installation's own: the code with its seal."""
    signs = read_code(code)
    assert signs is not None, "a letter has a code"
    return f"/{municipality}/code/{show_code(signs + seal_of(secret_key, municipality, signs))}"


def letter_link(settings: Settings, municipality: str, code: str) -> str:
    """Return the link of a letter, and what its QR code holds."""
    return settings.base_url + letter_path(settings.secret_key, municipality, code)


def _drawn(numbers: Mapping[str, int]) -> dict[str, list[str]]:
    return {stratum: [draw_code() for _ in range(number)] for stratum, number in numbers.items()}


def _invitations(
    secret_key: bytes, municipality: str, round_id: int, codes: Mapping[str, Sequence[str]]
) -> Iterator[Invitation]:
    for stratum, drawn in codes.items():
        for code in drawn:
            key = access_key(secret_key, municipality, read_code(code) or "")
            yield Invitation(municipality=municipality, access_hash=key.access_hash, round_id=round_id, stratum=stratum)
