import gzip

import pytest
from web.reading import Resident

from ceo.web.compressing import Packed, packed_files
from ceo.web.pages import STATIC_FOLDERS, static_address

pytestmark = pytest.mark.anyio

SHARED = sorted(packed_files(*STATIC_FOLDERS).items())


@pytest.mark.parametrize(("name", "file"), SHARED)
async def test_a_browser_that_unpacks_gets_a_shared_file_packed_and_every_other_one_as_it_is(
    browser: Resident, name: str, file: Packed
) -> None:
    packed = await browser.client.get(static_address(name), headers={"accept-encoding": "gzip"})
    plain = await browser.client.get(static_address(name), headers={"accept-encoding": "identity"})
    assert (packed.headers["content-encoding"], packed.headers["vary"]) == ("gzip", "accept-encoding")
    assert int(packed.headers["content-length"]) == len(file.packed)
    assert (plain.headers.get("content-encoding"), plain.headers["vary"]) == (None, "accept-encoding")
    assert packed.content == plain.content == file.plain == gzip.decompress(file.packed)
    assert packed.headers["content-type"].partition(";")[0] == file.media_type


async def test_only_under_the_address_of_its_content_a_shared_file_is_kept(browser: Resident) -> None:
    for address, kept in (
        (static_address("resident.css"), "max-age=31536000, public, immutable"),
        ("/static/resident.css", "no-cache"),
        ("/static/resident.css?v=000000000000", "no-cache"),
    ):
        assert (await browser.client.get(address)).headers["cache-control"] == kept


async def test_a_page_of_a_resident_is_sent_as_it_is(browser: Resident) -> None:
    answer = await browser.client.get("/", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
