"""What stands in the way of asks and what helps: one register for each organisation, linked to asks and steps."""
