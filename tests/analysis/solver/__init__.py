"""The solver against the evaluator, and against what is counted out by hand."""
