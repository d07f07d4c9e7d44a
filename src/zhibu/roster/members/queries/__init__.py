"""Reads of persons: lists, cards, who is expected at a meeting, who holds which office."""
