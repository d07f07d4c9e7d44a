"""Background work in the database: the queue's worker and a small scheduler.

A module offers a periodic job with ``registry.register_periodic`` in its ``apps.py``; the scheduler only
puts it on the queue, so that however many schedulers run, each turn happens once.
"""
