"""Exact search in Chinese: bigrams and name prefixes, the same on SQLite (FTS5) and PostgreSQL (tsvector)."""
