"""Returns to the board: a frozen snapshot with version and approver, and what changed since the last one."""
