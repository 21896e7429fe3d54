"""The region's work: what is overdue across organisations."""
