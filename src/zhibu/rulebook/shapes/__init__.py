"""The five shapes in plain Python: pure functions from a run and an index of facts to obligations."""
