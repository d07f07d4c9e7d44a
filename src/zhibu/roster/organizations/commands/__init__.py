"""Writes of organisations: each change by a decision, terms, and the day records begin."""
