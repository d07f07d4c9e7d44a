"""Forms of persons: cards, changes of status and belonging, offices, groups."""
