"""The heart: one organisation's standing on one ask, and the work of the named lead."""
