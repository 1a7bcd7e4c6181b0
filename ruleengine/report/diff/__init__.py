"""Two versions of a ruleset compared, for people: in a terminal, in a merge request, on a page."""
