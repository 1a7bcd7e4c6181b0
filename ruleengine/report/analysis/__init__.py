"""What an analysis found out about a ruleset, or about two of them, for people and for machines."""
