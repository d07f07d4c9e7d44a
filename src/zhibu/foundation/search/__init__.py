"""Finding things by a few characters: names, pinyin initials, the end of a phone number, a whole ID number.

Every module writes its own entries with its change; who may see what is found is decided by the caller,
who hands in the organisations in scope. Nothing in the index can be read back to a number: numbers are
keyed digests (security 4.3).
"""
