"""The blocks of the first pages: each joins what lower modules know into rows that a template only shows."""
