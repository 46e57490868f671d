"""Editions that wait to be looked at, made in no time: they have the figures of the first edition, as if a worker had made them."""

from __future__ import annotations

from released import NOW
from sqlmodel import col, select
from web.reading import Resident
from web.running import Site

from ceo.storage.audit import AuditRecord
from ceo.storage.people import NATIONAL
from ceo.storage.releases import Release, ReleaseFile, ReleaseRound
from ceo.storage.tenancy import reading_across, shared_transaction, tenant_transaction
from ceo.web.staff.access import COOKIE, SEAL_FIELD
from ceo.workflows.demonstration.national import MEASUREMENT
from ceo.workflows.releases.deciding import By, Looked, ReleaseDecided, read_rounds, sign_round
from ceo.workflows.releases.files import LEDGER_AFTER, LEDGER_BEFORE
from ceo.workflows.releases.making import make_asked
from ceo.workflows.releases.manifests import digest_of_file, digest_of_manifest
from ceo.workflows.releases.proposing import Proposed, propose_again
from ceo.workflows.releases.reading import find_release
from ceo.workflows.staff.signed_in import form_seal

REASON = "Eén gemeente telde dubbel."


async def make(site: Site) -> None:
    """Let a worker make what was asked for; it takes seconds."""
    await make_asked(site.database, site.settings, clock=lambda: NOW)


async def with_second_edition(site: Site) -> Release:
    """Propose a later edition of the release, and let it be made."""
    proposed = await propose_again(site.database, MEASUREMENT, place=NATIONAL, reason=REASON, actor="ceo test", now=NOW)
    assert isinstance(proposed, Proposed), proposed
    return await as_if_made(site, MEASUREMENT, 2)


async def as_if_made(site: Site, name: str, number: int, *, only: str = "") -> Release:
    """Give an edition what the first edition of the release has, and ask its municipalities (or only one) to sign."""
    async with reading_across(site.database) as session:
        files = list(
            await session.exec(select(ReleaseFile).where(ReleaseFile.release == MEASUREMENT, ReleaseFile.edition == 1))
        )
        first = await session.get_one(Release, (MEASUREMENT, 1))
    # What readers have by now is what they had after the first edition.
    after = {one.part: one.content for one in files if one.name == LEDGER_AFTER}
    async with shared_transaction(site.database) as session:
        row = await session.get_one(Release, (name, number))
        manifest = dict(first.manifest or {})
        manifest["snapshots"] = {code: digest for code, digest in manifest["snapshots"].items() if only in ("", code)}
        manifest |= {"release": name, "edition": number, "reason": row.reason, "place": row.place, "proposal": row.plan}
        manifest["ledger"] = digest_of_file(b"".join(after[part] for part in sorted(after)))
        row.manifest, row.digest, row.made_at, row.asked_at = manifest, digest_of_manifest(manifest), NOW, None
        for one in files:
            if one.name != LEDGER_BEFORE:
                session.add(
                    ReleaseFile(release=name, edition=number, name=one.name, part=one.part, content=one.content)
                )
        for part, content in after.items():
            session.add(ReleaseFile(release=name, edition=number, name=LEDGER_BEFORE, part=part, content=content))
    for one in await read_rounds(site.database, MEASUREMENT, 1):
        if only in ("", one.municipality):
            async with tenant_transaction(site.database, one.municipality) as session:
                facts = {"municipality": one.municipality, "round_id": one.round_id, "snapshot": one.snapshot}
                session.add(ReleaseRound(**facts, release=name, edition=number))
    return await edition(site, name, number)


async def edition(site: Site, name: str, number: int) -> Release:
    """Return an edition as it is now."""
    row = await find_release(site.database, name, number, public=False)
    assert row is not None
    return row


async def sign_all(site: Site, row: Release, *, but: str = "") -> None:
    """Let every municipality but one sign for an edition."""
    looked = Looked(row.name, row.edition, row.digest)
    for one in await read_rounds(site.database, row.name, row.edition):
        if one.municipality != but:
            signed = await sign_round(site.database, looked, By(one.municipality, "ceo test", NOW))
            assert signed is ReleaseDecided.DONE


async def send(browser: Resident, address: str, fields: dict[str, str]) -> int:
    """Send a form that no page offers (any more), with the seal of this browser; return the status of the answer."""
    seal = form_seal(browser.client.cookies.get(COOKIE) or "")
    browser.answers.append(await browser.client.post(address, data={**fields, SEAL_FIELD: seal}))
    return browser.answer.status_code


async def recorded(site: Site, place: str) -> list[str]:
    """Return what the record of a place holds of releases, the oldest first."""
    async with reading_across(site.database) as session:
        rows = await session.exec(
            select(AuditRecord).where(AuditRecord.place == place).order_by(col(AuditRecord.number))
        )
        return [one.action for one in rows if one.action.startswith("release.")]
