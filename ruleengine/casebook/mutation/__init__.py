"""Small changes of a ruleset, and which of them no test notices."""
