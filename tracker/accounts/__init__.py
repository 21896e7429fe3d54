"""Who is asking: people, accounts, memberships, roles, sign-in and access."""
