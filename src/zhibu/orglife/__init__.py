"""How a branch decides together: meetings now; decisions, appraisal, learning, elections and
development above them."""
