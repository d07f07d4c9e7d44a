"""Members: persons, their spells of membership, status changes with the decision behind each, offices,
groups.
"""
