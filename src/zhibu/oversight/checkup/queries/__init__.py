"""Reads of the check-up."""
