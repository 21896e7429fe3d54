"""Who may come in: invitations, roles given and taken away, accounts switched off, and what is held about a person."""
