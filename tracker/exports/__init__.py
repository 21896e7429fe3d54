"""What boards download: workbooks and csv, in scope, as at a date."""
