"""The page kit: templating, fields and widgets, wording, paging, headers and errors; it knows no feature."""
