"""The page that tells residents what they told the municipality and what it did with it, and where staff write for it."""
