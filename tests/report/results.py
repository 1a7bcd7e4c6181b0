"""Hand-made results and explanations, as small as they can be and still hold every part."""

from __future__ import annotations

from typing import Any

DIGEST = "sha256:" + "0123456789abcdef" * 4


def node(**changes: Any) -> dict[str, Any]:
    """A node of a scorecard."""
    return {
        "status": "scored", "score": 25.0, "band": "red", "weight": 0.5, "effective_weight": 0.5,
        "contribution": 12.5, **changes,
    }  # fmt: skip


def card(**changes: Any) -> dict[str, Any]:
    """A scorecard of a result: two measures of equal weight, one red and one green."""
    return {
        "status": "scored", "score": 56.25, "band": "yellow",
        "computed_score": 56.25, "computed_band": "yellow",
        "coverage": 1.0, "override": None, "limits": [], "borderline": None,
        "next_band": {"band": "green", "distance": 18.75}, "reason": None,
        "nodes": {"seats": node(), "tickets": node(score=87.5, band="green", contribution=43.75)},
        **changes,
    }  # fmt: skip


def measure(**changes: Any) -> dict[str, Any]:
    """A measure of a result."""
    return {
        "status": "scored", "value": 0.2, "band": "red", "points": 25.0, "reason": None, "line": 21,
        **changes,
    }  # fmt: skip


def result(identity: str | int = "acme", **changes: Any) -> dict[str, Any]:
    """The result of one account."""
    return {
        "id": identity, "as_of": "2024-03-01",
        "ruleset": {"name": "demo", "version": "1.2.0", "digest": DIGEST}, "engine": "0.1.0",
        "scorecards": {"health": card()},
        "measures": {"seats": measure(), "tickets": measure(value=1, band="green", points=87.5, line=30)},
        "outputs": {}, "segments": [], "triggers": [], "matrices": {}, "assumptions": [], "problems": [],
        **changes,
    }  # fmt: skip


def explained_node(name: str, title: str, **changes: Any) -> dict[str, Any]:
    """A node of an explanation."""
    return {
        "path": name, "name": name, "title": title, "kind": "measure", "status": "scored", "band": "red",
        "points": 25.0, "weight": 0.5, "effective_weight": 0.5, "contribution": 12.5, "imputed": False,
        "value": 0.2, "value_text": "20%", "reason": None,
        "source": {"path": "demo.rules", "line": 21, "text": "    red    otherwise"},
        "inputs": [], "lets": [], "rows": [], "children": [], **changes,
    }  # fmt: skip


def explained_card(**changes: Any) -> dict[str, Any]:
    """A scorecard of an explanation."""
    seats = explained_node("product.seats", "Seat use")
    tickets = explained_node(
        "tickets", "Tickets", band="green", points=87.5, contribution=43.75, value_text="1",
        reason="few tickets", source={"path": "demo.rules", "line": 30, "text": "green when <= 2"},
    )  # fmt: skip
    product = explained_node(
        "product", "Product", kind="group", value=None, value_text="", source=None, children=[seats]
    )
    return {
        **{key: value for key, value in card().items() if key != "nodes"},
        "name": "health", "title": "Customer health", "source": None, "nodes": [product, tickets],
        "costs": [
            {"path": "product.seats", "title": "Seat use", "cost": 31.25, "against": "best", "band": "red",
             "reason": None},
        ],
        **changes,
    }  # fmt: skip


def explanation(**changes: Any) -> dict[str, Any]:
    """The explanation of one account."""
    return {
        "id": "acme", "as_of": "2024-03-01",
        "ruleset": {"name": "demo", "version": "1.2.0", "digest": DIGEST}, "engine": "0.1.0",
        "segments": [], "outputs": {}, "problems": [], "assumptions": [], "left_out": [], "output_texts": {},
        "scorecards": [explained_card()], "measures": [], "matrices": [], "triggers": [], **changes,
    }  # fmt: skip
