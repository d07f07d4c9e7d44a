"""The only writers of meetings: one function per verb, in one transaction each, with an audit row."""
