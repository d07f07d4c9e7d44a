"""The table of obligations: who owes what, from when to when, under which article, what satisfied it.

Every module above may read it; only ``oversight.checkup`` fills it, through this module's command.
"""
