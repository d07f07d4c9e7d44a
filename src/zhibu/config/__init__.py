"""Settings, the root of the addresses, and the web server's entry point."""
