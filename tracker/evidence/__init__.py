"""What statuses rest on: dated links to evidence."""
