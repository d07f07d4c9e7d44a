"""Notices to people inside the system: quiet, one line each, no receipts of reading."""
