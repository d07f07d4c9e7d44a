"""The organiser's board over many branches, and the one-click reminder."""
