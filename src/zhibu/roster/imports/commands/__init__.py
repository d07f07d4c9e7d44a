"""Writing for imports: staging a file, deciding, applying it in one transaction, undoing it."""
