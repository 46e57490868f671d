"""What is asked: definitions, routing, answering, publishing. Pure: no web, no database, no clock, no randomness."""
