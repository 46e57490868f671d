"""What residents read: what they told the municipality, and what it did with it."""
