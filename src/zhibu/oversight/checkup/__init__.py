"""The check-up: facts of the modules judged by the rulebook into obligations; the only filler of that table."""
