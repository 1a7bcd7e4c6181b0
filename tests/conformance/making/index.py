"""The index of the suite: topics with their groups, and the groups of each numbered rule."""

from __future__ import annotations

from collections.abc import Iterable

from tests.conformance.making.writing import Topic

HEAD = """# Index of the conformance suite

<!-- `python -m tests.conformance.making` writes this page. -->

"""


def index_of(topics: Iterable[Topic]) -> str:
    """The text of the page."""
    found = sorted(topics, key=lambda each: str(each["topic"]))
    return f"{HEAD}## By topic\n\n{_topics(found)}\n\n## By numbered rule\n\n{_rules(found)}\n"


def _topics(topics: list[Topic]) -> str:
    rows = ["| topic | cases | groups |", "| --- | --- | --- |"]
    for topic in topics:
        groups = ", ".join(f"{group['group']} ({len(group['cases'])})" for group in topic["groups"])
        count = sum(len(group["cases"]) for group in topic["groups"])
        rows.append(
            f"| [{topic['topic']}](cases/{topic['topic']}.json): {topic['about']} | {count} | {groups} |"
        )
    return "\n".join(rows)


def _rules(topics: list[Topic]) -> str:
    rows = ["| rule | cases | groups |", "| --- | --- | --- |"]
    for rule in range(1, 21):
        groups = [(topic, group) for topic in topics for group in topic["groups"] if rule in group["rules"]]
        count = sum(len(group["cases"]) for _, group in groups)
        rows.append(
            f"| {rule} | {count} | {', '.join(f'''{topic['topic']}/{group['group']}''' for topic, group in groups)} |"
        )
    return "\n".join(rows)
