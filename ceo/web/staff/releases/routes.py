"""The routes of releases: those of municipalities, and those that serve the whole country too."""

from __future__ import annotations

from typing import Final

from ceo.web.staff.releases import edition, listing, proposing, publishing, signing

# Of every place that proposes releases.
OF_PLACES: Final = (*listing.ROUTES, *proposing.ROUTES, *publishing.ROUTES)
MUNICIPAL_ROUTES: Final = (*OF_PLACES, *edition.ROUTES, *signing.ROUTES)
