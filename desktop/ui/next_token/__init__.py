"""How a token was, or would be, chosen."""
