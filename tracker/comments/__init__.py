"""Comments on an ask, between an organisation and those who watch over it; no board and no national team sees them."""
