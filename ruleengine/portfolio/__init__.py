"""Portfolios: many accounts at once, in an engine made for columns (DuckDB here, Spark on a cluster)."""
