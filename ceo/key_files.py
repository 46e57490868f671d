"""Files that hold keys of the installation: made once, for their owner only, and never seen half-written by another process."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path

# Bytes of every key that is made here.
KEY_LENGTH = 32


def read_or_make(file: Path) -> str:
    """Return what a key file says; a file that is not there yet is made, with one new key. It is opened only when it changed."""
    try:
        state = file.stat()
    except FileNotFoundError:
        _make(file)
        state = file.stat()
    return _content(file, state.st_ino, state.st_mtime_ns, state.st_size).strip()


def put_in_front(file: Path, key: str) -> None:
    """Write a key before those that a file has."""
    _change(file, lambda keys: [key, *keys])


def take_out(file: Path, key: str) -> None:
    """Take a key out of a file. It is gone then."""
    _change(file, lambda keys: [kept for kept in keys if kept.lower() != key])


def new_key() -> str:
    """Return a new key, in hexadecimal digits."""
    return secrets.token_hex(KEY_LENGTH)


def _make(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    new = _written_beside(file, new_key())
    # Two processes may start at once: one file wins, whole, and both go on with it.
    with suppress(FileExistsError):
        os.link(new, file)
    new.unlink()
    _keep_folder(file.parent)


@lru_cache(maxsize=16)
def _content(file: Path, _node: int, _changed: int, _size: int) -> str:
    return file.read_text()


def _change(file: Path, change: Callable[[list[str]], list[str]]) -> None:
    """Write a file anew. Two that do so at once wait for each other: no key is lost."""
    with _alone(file.parent):
        new = _written_beside(file, "\n".join(change(file.read_text().split())))
        new.replace(file)
        _keep_folder(file.parent)


def _written_beside(file: Path, text: str) -> Path:
    """Return a new file for its owner only, which is on the disk before it gets its name."""
    new = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    return new


def _keep_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
