"""Releases: proposed, made, signed for by every municipality in it, published, verified, corrected and withdrawn."""
