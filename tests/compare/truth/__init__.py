"""Whether comparisons say the truth: edits made in the text of rulesets, every subset of them scored by itself.

Nothing here knows how rulesets are compared. A ruleset is altered as text in a few places; each set of these places gives a
text of its own, which is loaded and scored like any other. What a comparison says is held against that by plain counting.
"""
