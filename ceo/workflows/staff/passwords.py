"""Keeping passwords as hashes that take long to make, and comparing what is typed with them.

Hashing: Argon2id (RFC 9106) with the memory and passes that section 4 recommends where memory is scarce. It runs in two threads of its own,
so that pages go on and many sign-ins at once take no more memory than two. Who has no password, or does not exist, costs the same time.
"""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from ceo.workflows.staff.password_rules import LONGEST, normalise_password

if TYPE_CHECKING:
    from argon2 import PasswordHasher


@dataclass(frozen=True, slots=True)
class HashingCost:
    """What one hash takes: memory in KiB, passes over it, and lanes that run beside each other."""

    memory: int = 64 * 1024
    passes: int = 3
    lanes: int = 4


# The one place to raise the cost: passwords of before are hashed anew when their owners next sign in.
COST: Final = HashingCost()
_AT_ONCE: Final = 2
_THREADS: Final = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="passwords")


@dataclass(frozen=True, slots=True)
class Compared:
    """Whether a password was right; `renewed` is its new hash when the kept one was made at another cost, otherwise None."""

    right: bool
    renewed: str | None = None


async def hash_password(password: str) -> str:
    """Return the hash of a password as it is kept: with its own salt and cost in it."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _hashed, password)


async def compare_password(kept: str | None, password: str) -> Compared:
    """Compare what somebody typed with the hash that is kept; with None nothing is right, and that takes as long to find out."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _compared, kept, password)


def _hashed(password: str) -> str:
    return _hasher(COST).hash(_bytes_of(password))


def _compared(kept: str | None, password: str) -> Compared:
    from argon2.exceptions import InvalidHashError, VerificationError

    hasher = _hasher(COST)
    typed = _bytes_of(password)
    try:
        hasher.verify(kept or _nobodys_hash(COST), typed)
    except (VerificationError, InvalidHashError):
        return Compared(right=False)
    right = kept is not None and len(normalise_password(password)) <= LONGEST
    return Compared(right, hasher.hash(typed) if right and kept and hasher.check_needs_rehash(kept) else None)


@cache
def _hasher(cost: HashingCost) -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=cost.passes, memory_cost=cost.memory, parallelism=cost.lanes)


@cache
def _nobodys_hash(cost: HashingCost) -> str:
    """Return a hash that is made of nothing that anybody can type, to compare with for who has none."""
    return _hasher(cost).hash(secrets.token_bytes(32))


def _bytes_of(password: str) -> bytes:
    return normalise_password(password).encode(errors="surrogatepass")
