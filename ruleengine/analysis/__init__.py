"""What a ruleset can and cannot do, for every account that its fact schema allows: answers with proofs, or with accounts."""
