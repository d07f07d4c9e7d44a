"""The bulk engine: the checks as five relational expressions, snapshots in Parquet, DuckDB and Spark.

The only place that imports ibis, duckdb or pyspark; knows no Django. Always run in a process of its own
(``analytics.child``): a second SQLite library in a web process would drop that process's file locks.
"""
