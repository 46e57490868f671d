"""Notices to staff, and their calendars."""
