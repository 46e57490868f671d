"""Writes docs/settings.md from the table of settings that the software itself reads.

Run: python docs/settings.py. A test tells when the text is not that of the code.
"""

from __future__ import annotations

from pathlib import Path

from ceo.setting_list import IN_FILE, SETTINGS, Setting

TARGET = Path(__file__).with_name("settings.md")
HEAD = """\
# Settings

CEO reads its settings from the environment, once, when a command starts. All mistakes are told together, each with its cure.
`ceo settings` shows what counts and where it came from; secrets are not shown. (This page is made by `python docs/settings.py`.)

| setting | meaning | default | example |
| --- | --- | --- | --- |
"""
TAIL = f"""
## Secrets

A setting marked ◆ is secret. Instead of its value, a file that holds it can be given with `{IN_FILE}` behind the name, such as
`CEO_DATABASE_URL{IN_FILE}=/run/secrets/database`: so do containers and systemd (`LoadCredential=`) hand out secrets. Both at
once is refused. A file that everybody on the machine can read gives a warning.

## Two kinds of keys

`CEO_SECRET_KEY` gives access codes their meaning. **It must not change while a round is open**: no code on a letter would work
any more, and no draft could be opened. Keep it apart from the backups of the database: with both, a thief can test guesses.

`CEO_ENCRYPTION_KEYS` seal what stands in the database and must not be readable from it: second factors of staff, secrets of
identity providers, requests to be called back. They can be replaced at any time, also while people answer:

1. `ceo keys rotate` makes a new key and seals everything with it. Without `CEO_ENCRYPTION_KEYS` the key goes in front in
   `CEO_DATA/encryption.keys`, and a server that runs sees it at once. With `CEO_ENCRYPTION_KEYS` the command prints a key to put
   in front: restart every server, and run the command again. Where several servers cannot restart at the same moment, put the new
   key behind the old one first, restart all, and only then bring it to the front: the first key seals, every key opens.
   A rotation that was broken off goes on when it is run again; values under the old and the new key can both be read meanwhile.
2. `ceo keys check` tells how many values need which key. A request to be called back in a draft is sealed with the key of its
   client around an envelope under the key of that day, so it cannot be sealed anew: it is counted. It is sent, or removed with
   its draft on the second day after its round closes.
3. `ceo keys remove NAME` takes a key away that nothing needs any more, and refuses when something does. A backup from before the
   rotation needs the old key still: keep that key as long as the backup.

## The log

It is written to standard error. With `CEO_LOG=json` each line is a JSON document: `timestamp`, `level`, `event`, and for a
request `method`, `route`, `status`, `ms` and `request_id`. `route` is the template of the address, never the address itself:
addresses hold codes. No line holds an IP address, a cookie, a name or anything that was filled in. A fault comes with its path
through the code, without values, and without messages that are not our own: those quote what they were given.

The id of a request is in the answer, as `X-Request-ID`. It is made here, or taken from a proxy of `CEO_TRUSTED_PROXIES`
(letters, digits and hyphens, 64 at most).

## Health and measures

| address | answer |
| --- | --- |
| `/gezond` | 200 as long as the process lives |
| `/gereed` | 200 when the database answers, has the tables of this version, and nobody works on the installation; otherwise 503 |
| `/metingen` | for Prometheus, to `CEO_METRICS_NETWORKS` only |

A request that came through a proxy counts as coming from where that proxy says, when it is trusted, and from nowhere otherwise.
Measures: `ceo_requests_total` and `ceo_request_seconds` by method, route and kind of answer; `ceo_save_batch_size`,
`ceo_save_seconds` and `ceo_saves_waiting` of answers on their way to the disk; `ceo_database_connections_used`; `ceo_processes`.
None has a label for a municipality or a person. With `ceo serve --workers` any process tells the sums of all.

## Several processes

`ceo serve --workers N` starts N processes under a supervisor that replaces one that dies; SIGHUP replaces them one by one.
SQLite will do for several processes on one machine. On PostgreSQL each process may open 20 connections, and one or two more for
what a single process of the installation does at a time: the daily upkeep, and making results. That turn is an advisory lock of
the connection, so CEO needs sessions of its own: a pooler between them must pool sessions, not transactions. Reports are made in
one more process, which all of them share. On SIGTERM every answer that was accepted is written first.

`ceo maintenance on --until "2026-11-23 08:00"` closes the pages of every process within a few seconds, with a word to visitors
about when to come back; `ceo maintenance off` opens them again. Answers that were given stay. `/gezond` goes on, `/gereed` says no.
"""


def write() -> str:
    """Return the whole page."""
    return HEAD + "".join(map(_row, SETTINGS)) + TAIL


def _row(setting: Setting) -> str:
    mark = " ◆" if setting.secret else ""
    return f"| `{setting.name}`{mark} | {setting.explanation} | {setting.default} | `{setting.example}` |\n"


if __name__ == "__main__":
    TARGET.write_text(write(), encoding="utf-8")
