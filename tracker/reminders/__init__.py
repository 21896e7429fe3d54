"""Due-date rules turned into one digest a person, each reminder exactly once."""
