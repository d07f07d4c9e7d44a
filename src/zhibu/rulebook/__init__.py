"""The regulations as dated, cited data, and the plain-Python reference that judges facts by them. Knows
no Django and no database.
"""
