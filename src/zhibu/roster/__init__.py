"""Who we are: organisations, members, offices, terms, and who may see and do what."""
