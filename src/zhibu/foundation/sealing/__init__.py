"""Sealed values: envelope encryption, keyed indexes and masks (security 4.3)."""
