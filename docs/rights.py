"""Writes docs/rights.md from the table of rights in `ceo.workflows.rights`, so that the text is what the guards do.

Run: python docs/rights.py. A test tells when the text is not that of the table.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ceo.web.staff.people_words import ROLE_NAMES
from ceo.workflows.rights import MUNICIPAL_ROLES, NATIONAL_ROLES, RIGHTS, Right, Role

TARGET = Path(__file__).with_name("rights.md")
HEAD = """\
# Who may do what

This page is made of the table `RIGHTS` in `ceo/workflows/rights.py`. The guard of every page, the navigation and the forms read the
same table; nothing else gives a right.

- Somebody has roles in places: municipalities, or the whole country. A role counts in its own place and nowhere else.
- Who has several roles in a place has the rights of all of them. Who has no role there is told that its pages do not exist.
- Owners decide who works in their municipality, national editors who works for the whole country. The first owner of a municipality
  is made with the command line: `ceo user add EMAIL --name NAME --place Utrecht --role owner`.
- A place never loses the last person who can let others in. Every change of roles is in the record of the place.
- Everybody but readers and partners has to set up a second factor, or signs in at the identity provider of the municipality.
"""
ROLES: dict[Role, str] = {
    Role.OWNER: "Decides who works in the municipality, and can do everything there.",
    Role.EDITOR: "Puts questionnaires together and seals them; keeps the house style.",
    Role.FIELDWORKER: "Opens rounds, follows the response, and calls back clients who asked for it.",
    Role.ANALYST: "Works with results and reads what clients told.",
    Role.READER: "Looks at questionnaires, rounds and results; the role that the form for inviting proposes.",
    Role.PARTNER: "An organisation that sees the results of its own activities, which are named with the role.",
    Role.REGIONAL: (
        "A regional service that works for the municipality: it reads no stories, calls nobody and lets nobody in. "
        "It has a membership in each municipality that it serves, and sees no other."
    ),
    Role.NATIONAL_EDITOR: "Keeps the shared questions, reviews verdicts, and decides who works for the whole country.",
    Role.NATIONAL_RESEARCHER: "Works with national results and reads the shared questions.",
}
MEANINGS: dict[Right, str] = {
    Right.SEE_HOME: "See what asks for attention.",
    Right.SEE_QUESTIONNAIRES: "Look at questionnaires and their versions.",
    Right.EDIT_QUESTIONNAIRES: "Put questionnaires together.",
    Right.PUBLISH_QUESTIONNAIRES: "Seal a version, which nobody can change afterwards.",
    Right.SEE_ROUNDS: "Look at rounds.",
    Right.RUN_ROUNDS: "Open and close rounds.",
    Right.SEE_FIELDWORK: "Follow the response.",
    Right.RUN_FIELDWORK: "Make access codes and do the fieldwork.",
    Right.SEE_RESULTS: "Look at results, protected against disclosure.",
    Right.SEE_CYCLE: "Follow and mirror the own figures, and read goals, dialogues and actions.",
    Right.EDIT_CYCLE: "Keep goals, dialogues, actions, notes and what is watched.",
    Right.SHARE_FIGURES: "Share the figures of an activity or a provider with who carries it out.",
    Right.SEE_TOGETHER: "See practices, the knowledge agenda, clusters, questions and the directory.",
    Right.TAKE_PART: "Share practices, vote, join clusters, ask and answer for the own municipality.",
    Right.SEE_OWN_ACTIVITIES: "Look at the results of the activities that are named with the role.",
    Right.READ_STORIES: "Read what clients told and allowed to be read.",
    Right.CALL_BACK: "See who wants to be called: a name, a number and the story.",
    Right.EDIT_HOUSE_STYLE: "Change colours, logo and contact lines.",
    Right.MANAGE_PEOPLE: "Invite people, change their roles, and take them away.",
    Right.SEE_AUDIT: "Read the record of what staff did.",
    Right.SEE_BANK: "Search the shared question bank.",
    Right.SEE_LIBRARY: "Look at the national library.",
    Right.EDIT_LIBRARY: "Change the national library.",
    Right.REVIEW_VERDICTS: "Review verdicts on comparability as the second person.",
    Right.SEE_NATIONAL_RESULTS: "Look at national results.",
    Right.SEE_RELEASES: "Look at releases: how far each is, and the own figures in it.",
    Right.SIGN_RELEASES: "Sign for the figures of the own municipality in a release, or not take part.",
    Right.PROPOSE_RELEASES: "Propose releases of the own place, make them anew, publish and withdraw them.",
    Right.MANAGE_KEYS: "Make, replace and revoke keys with which programs read more than is public.",
    Right.HAND_OUT_DATA: "Make and end agreements on microdata, hand out their files, and deliver releases to portals.",
    Right.EDIT_AGENDA: "Keep the knowledge agenda, its polls and clusters, and the directory.",
}
YES, NO = "●", "·"


def write() -> str:
    """Return the text."""
    parts = [
        HEAD.rstrip(),
        "## Roles",
        _roles(),
        "## Rights",
        _meanings(),
        "## In a municipality",
        _matrix(MUNICIPAL_ROLES),
    ]
    return "\n\n".join([*parts, "## For the whole country", _matrix(NATIONAL_ROLES)]) + "\n"


def _roles() -> str:
    rows = [f"| `{role}` | {ROLE_NAMES[role]} | {ROLES[role]} |" for role in Role]
    return "\n".join(["| role | on the screen | meaning |", "| --- | --- | --- |", *rows])


def _meanings() -> str:
    return "\n".join(
        ["| right | meaning |", "| --- | --- |", *(f"| `{right}` | {MEANINGS[right]} |" for right in Right)]
    )


def _matrix(roles: frozenset[Role]) -> str:
    """Return a table of the rights that any of these roles gives."""
    columns = [role for role in Role if role in roles]
    head = ["| right | " + " | ".join(f"`{role}`" for role in columns) + " |", "| --- |" + " :-: |" * len(columns)]
    return "\n".join([*head, *_lines(columns)])


def _lines(columns: list[Role]) -> Iterator[str]:
    for right in Right:
        held = [right in RIGHTS[role] for role in columns]
        if any(held):
            yield f"| `{right}` | " + " | ".join(YES if has else NO for has in held) + " |"


if __name__ == "__main__":
    TARGET.write_text(write(), encoding="utf-8")
