"""The check-up: the modules' facts judged by the rulebook; the only filler of the obligations."""
