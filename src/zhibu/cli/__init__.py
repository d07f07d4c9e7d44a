"""The commands behind ``./zhibu``: a table of contents, one module a command, the demo county, the bench."""
