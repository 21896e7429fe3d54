"""Who is tracked: organisations with dated names, types, links and services, imported from ODS files."""
