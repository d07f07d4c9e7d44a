"""Pages of the import: sending, columns, preview, result, undo."""
