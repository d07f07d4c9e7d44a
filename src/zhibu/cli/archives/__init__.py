"""Backups: a folder with the database, the files and a manifest that says what belongs together. No keys."""
