"""Reads of organisations: the tree of today and of past days, placement rules, terms."""
