"""The planner of gaps: it reads the text of the regulations, never the rulebook (an import contract keeps it so)."""
