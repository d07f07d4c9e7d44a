"""Tables inside sheets: where they are, what their columns mean, which rows are persons."""
