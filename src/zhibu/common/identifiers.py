"""Random identifiers for addresses and submissions."""

from __future__ import annotations

import secrets


def new_public_id() -> str:
    """A random 128-bit identifier, 22 characters, safe in an address; internal integers never leave."""
    return secrets.token_urlsafe(16)
