"""Reads of meetings: lists, the roll, the record as it is written down, the plan, what is left to do."""
