"""How organisations did what others are late with: a note that one shares by its own choice, and who reads it."""
