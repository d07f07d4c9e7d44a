"""Writes of accounts: making and closing them, signing in, passwords and links, the second factor."""
