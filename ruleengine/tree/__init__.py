"""The evaluation tree: the waist of the engine. Frozen nodes, no behaviour; nobody below it knows the syntax."""
