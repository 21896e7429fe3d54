"""What is tracked: versioned frameworks, actions, asks and status scales, read from data files."""
