"""Microdata: agreements about them, handing them out under one, and made-up people to practise with."""
