"""What other systems of a municipality call: JSON, a key in the head of the request, no cookies."""
