"""Background work in the database: the queue's worker and a small scheduler."""
