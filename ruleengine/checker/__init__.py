"""What can be said about a ruleset before it runs, beyond the faults that keep it from running."""
