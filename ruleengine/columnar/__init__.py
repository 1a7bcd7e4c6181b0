"""The evaluation tree as SQL: a second reader of it, for portfolios."""
