"""The five shapes as relational expressions: every run of a shape at once, joined, never looped over."""
