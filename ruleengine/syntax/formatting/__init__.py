"""The parts of the formatter: documents, expressions, statements, aligned rows, blocks, comments."""
