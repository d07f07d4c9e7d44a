"""The county's figures, each leading to its list where the reader may see it."""
