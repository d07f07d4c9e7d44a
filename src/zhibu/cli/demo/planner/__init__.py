"""The planner of gaps: it reads the regulations' text, never the rulebook (a contract keeps it so)."""
