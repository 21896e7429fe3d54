"""``flask people``: what is held about a person, and how it is forgotten."""

from __future__ import annotations

from tracker.cli import CommandGroup

people_cli = CommandGroup("people", help="What is held about a person.")
