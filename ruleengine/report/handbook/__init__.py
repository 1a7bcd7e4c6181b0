"""A ruleset as a page of a handbook, written from what runs."""
