"""Base templates, components, styles, htmx glue, generic list and detail views; no tables."""
