"""Clusters: municipalities that work on a theme together. National editors make them; municipalities join and leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import col, select

from ceo.storage.database import Database
from ceo.storage.tenancy import reading_across, shared_transaction, tenant_reading, tenant_transaction
from ceo.storage.together import Cluster, ClusterMember, Theme
from ceo.workflows.audit.recording import wait_for_turn
from ceo.workflows.releases.deciding import By
from ceo.workflows.together.typed import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    Fault,
    Gone,
    Wrong,
    check_texts,
    new_id,
    one_line,
    paragraphs,
    tell,
)

_LONGEST: Final = {"name": LONGEST_TITLE, "text": LONGEST_TEXT, "service": LONGEST_TITLE}


@dataclass(frozen=True, slots=True)
class TypedCluster:
    """A cluster as somebody typed it. `service` is the regional service that helps; `row_version` is of what stood on the page."""

    theme: str = ""
    name: str = ""
    text: str = ""
    service: str = ""
    row_version: int = 0


async def list_clusters(database: Database) -> tuple[tuple[Cluster, int], ...]:
    """Return the clusters by name, each with its number of members."""
    async with reading_across(database) as session:
        rows = (await session.exec(select(Cluster).order_by(col(Cluster.name), col(Cluster.id)))).all()
        members = (await session.exec(select(ClusterMember.cluster_id))).all()
    return tuple((row, members.count(row.id)) for row in rows)


async def find_cluster(database: Database, cluster_id: str) -> tuple[Cluster, Mapping[str, ClusterMember]] | None:
    """Return a cluster with its members by municipality; None when there is none."""
    async with reading_across(database) as session:
        row = await session.get(Cluster, cluster_id)
        statement = select(ClusterMember).where(col(ClusterMember.cluster_id) == cluster_id)
        members = {one.municipality: one for one in await session.exec(statement)}
    return None if row is None else (row, members)


async def own_clusters(database: Database, municipality: str) -> frozenset[str]:
    """Return the clusters that a municipality is in."""
    async with tenant_reading(database, municipality) as session:
        return frozenset(await session.exec(select(ClusterMember.cluster_id)))


async def join_cluster(database: Database, cluster_id: str, by: By, *, member: bool) -> tuple[Wrong, ...] | Gone:
    """Let a municipality join a cluster, or leave it. A cluster that ended can only be left."""
    async with tenant_transaction(database, by.place) as session:
        await wait_for_turn(session, by.place)
        cluster = await session.get(Cluster, cluster_id)
        if cluster is None:
            return Gone()
        row = (await session.exec(select(ClusterMember).where(col(ClusterMember.cluster_id) == cluster_id))).first()
        if (row is not None) == member:
            return ()
        if row is not None:
            await session.delete(row)
        elif cluster.ended:
            return (Wrong("", Fault.CLOSED),)
        else:
            session.add(ClusterMember(municipality=by.place, cluster_id=cluster_id, since=by.today))
        await tell(
            session, by, "cluster.joined" if member else "cluster.left", cluster_id, after={"title": cluster.name}
        )
    return ()


async def add_cluster(database: Database, typed: TypedCluster, by: By) -> Cluster | tuple[Wrong, ...]:
    """Add a cluster, or return everything that is wrong with it."""
    async with shared_transaction(database) as session:
        await wait_for_turn(session, by.place)
        row = Cluster(id=new_id(), theme="", name="")
        faults = _fill(row, typed, (await session.exec(select(Theme))).all())
        if faults:
            return faults
        session.add(row)
        await tell(session, by, "cluster.added", row.id, after={"title": row.name})
    return row


async def change_cluster(database: Database, cluster_id: str, typed: TypedCluster, by: By) -> tuple[Wrong, ...] | Gone:
    """Change a cluster, or return everything that is wrong."""
    async with shared_transaction(database) as session:
        await wait_for_turn(session, by.place)
        themes = (await session.exec(select(Theme))).all()
        row = await session.get(Cluster, cluster_id)
        if row is None:
            return Gone()
        before = row.name
        faults = _fill(row, typed, themes)
        if row.row_version != typed.row_version:
            faults = (*faults, Wrong("", Fault.CHANGED))
        if faults:
            session.expunge(row)  # what is wrong is not kept
            return faults
        row.row_version += 1
        await tell(session, by, "cluster.changed", row.id, before={"title": before}, after={"title": row.name})
    return ()


async def end_cluster(database: Database, cluster_id: str, by: By, *, ended: bool) -> Gone | None:
    """End a cluster, so that nobody joins any more, or begin it again. Members stay until they leave."""
    async with shared_transaction(database) as session:
        await wait_for_turn(session, by.place)
        row = await session.get(Cluster, cluster_id)
        if row is None:
            return Gone()
        if row.ended != ended:
            row.ended = ended
            row.row_version += 1
            await tell(
                session, by, "cluster.ended" if ended else "cluster.begun-again", row.id, after={"title": row.name}
            )
    return None


def _fill(row: Cluster, typed: TypedCluster, themes: Sequence[Theme]) -> tuple[Wrong, ...]:
    """Put what was typed in a row; return everything that is wrong with it. A theme that ended stays where it stood."""
    open_ones = {one.id for one in themes if not one.ended or one.id == row.theme}
    row.theme, row.name = typed.theme, one_line(typed.name)
    row.text, row.service = paragraphs(typed.text), one_line(typed.service)
    texts = {"name": row.name, "text": row.text, "service": row.service}
    faults = check_texts(texts, _LONGEST, required=["name"])
    return faults if row.theme in open_ones else (*faults, Wrong("theme", Fault.UNKNOWN))
