"""Escalation: which overdue asks the ladder proposes to raise, to whom they were raised, and what came of it."""
