"""A demonstration with fictional organisations in every state; it stands above the application and only uses it."""
