"""Drawing a stratified sample that anybody with the same seed and list of clients draws again, on any machine.

Each client has a permanent random number within a stratum: a keyed hash of the seed, the stratum and the client. The
clients with the smallest numbers are the sample, the next ones the reserve. So the order of the list does not matter, a
larger sample holds the smaller one, and whoever is added or leaves moves nobody else but at the edge.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# A stratum keeps at most so many times what is drawn from it, before the rest is thrown away.
_KEPT = 2


@dataclass(frozen=True, slots=True)
class Quota:
    """How many clients to draw in a stratum, and how many more to hold in `reserve`. Never more than there are."""

    number: int
    reserve: int = 0


@dataclass(frozen=True, slots=True)
class Drawn:
    """Clients that were drawn in a stratum, the smallest number first: the `sample`, and the `reserve` to go on with."""

    sample: tuple[str, ...]
    reserve: tuple[str, ...]


def random_number(seed: str, stratum: str, client: str) -> bytes:
    """Return the permanent random number of a client in a stratum: 32 bytes, to be compared as they are.

    u = HMAC-SHA256(seed, length of the stratum's name ‖ stratum ‖ client), texts in UTF-8. Without the seed nobody can
    tell it from chance, and no library decides about it.
    Source: Ohlsson (1995), Coordination of samples using permanent random numbers, in Cox et al., Business Survey
    Methods, 153-169; FIPS 198-1 (2008) for HMAC.

    >>> random_number("2027", "Begeleiding", "client 1").hex()[:16]
    '9cb09b60819cbe35'
    """
    assert seed, "without a seed everybody could draw this sample beforehand"
    name = stratum.encode()
    return hmac.digest(seed.encode(), b"%d:%b%b" % (len(name), name, client.encode()), "sha256")


class SampleDrawing:
    """A draw from a list that comes in parts. Only who is ahead is kept in memory, at most twice what is drawn."""

    def __init__(self, quotas: Mapping[str, Quota], *, seed: str) -> None:
        self._quotas = quotas
        self._seed = seed
        self._ahead: dict[str, list[tuple[bytes, str]]] = {stratum: [] for stratum in quotas}

    def add(self, client: str, stratum: str) -> None:
        """Take note of a client, once."""
        quota, ahead = self._quotas[stratum], self._ahead[stratum]
        ahead.append((random_number(self._seed, stratum, client), client))
        most = quota.number + quota.reserve
        if len(ahead) > _KEPT * max(most, 1):
            ahead.sort()
            del ahead[most:]

    @property
    def drawn(self) -> dict[str, Drawn]:
        """Who is drawn of those who came until now, by stratum."""
        return {stratum: _drawn(sorted(ahead), self._quotas[stratum]) for stratum, ahead in self._ahead.items()}


def draw_sample(frame: Iterable[tuple[str, str]], quotas: Mapping[str, Quota], *, seed: str) -> dict[str, Drawn]:
    """Return who is drawn in each stratum of `quotas`, from pairs of a client and a stratum in any order.

    Simple random sampling without replacement in each stratum: the n_h clients with the smallest random numbers u, and
    the next m_h as reserve; n_h = N_h is a census. A client is in the sample with probability n_h/N_h, two of one stratum
    together with n_h(n_h − 1)/(N_h(N_h − 1)). The list is read once.
    Source: Ohlsson (1995), sequential simple random sampling, as at `random_number`; Cochran (1977), Sampling Techniques,
    sections 2.1 and 5.1.

    >>> frame = [(f"client {number}", "Begeleiding") for number in range(1, 101)]
    >>> draw_sample(frame, {"Begeleiding": Quota(3, reserve=1)}, seed="2027")["Begeleiding"]
    Drawn(sample=('client 17', 'client 27', 'client 4'), reserve=('client 64',))
    """
    drawing = SampleDrawing(quotas, seed=seed)
    for client, stratum in frame:
        drawing.add(client, stratum)
    return drawing.drawn


def inclusion_probability(number: int, population: int) -> float:
    """Return the chance 0-1 that a client of a stratum is drawn: π = n_h/N_h, and 0 in a stratum without clients.

    Its inverse is the design weight. Source: Horvitz & Thompson (1952), JASA 47, 663-685; Cochran (1977), section 5.1.

    >>> inclusion_probability(40, 100)
    0.4
    """
    return number / population if population else 0.0


def _drawn(ahead: list[tuple[bytes, str]], quota: Quota) -> Drawn:
    clients = tuple(client for _, client in ahead[: quota.number + quota.reserve])
    return Drawn(clients[: quota.number], clients[quota.number :])
