"""Rosters as offices really send them: read, judged cell by cell, previewed, written once, undone once."""
