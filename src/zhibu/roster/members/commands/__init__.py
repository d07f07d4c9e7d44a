"""Writes of persons: cards, status and belonging, offices, groups, exemptions, merged cards."""
