"""Sign-in, sessions, second factor, one-time links and the three exclusive administrators (三员分立)."""
