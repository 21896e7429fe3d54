"""Dates of asks in people's own calendars: addresses that calendar programs read, each hung on a role of a person."""
