"""Two versions of a ruleset side by side: what changed, who moves, and which change moved them."""
