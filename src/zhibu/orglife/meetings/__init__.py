"""Meetings: one object for all organisational life, from notice to signed minutes (支部工作条例第11–19条)."""
