"""Names of files for accounts: readable, safe everywhere, never shared."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruleengine.casebook.file_names import FileNames

END = ".snapshot.txt"
_SAFE = re.compile(r"[A-Za-z0-9 ()+,=@._~%-]+")
IDS = st.one_of(
    st.text(min_size=1),
    st.integers(),
    st.sampled_from(["Ann", "ann", "ANN", "a/b", "..", "CON", "nul.x", "x" * 500, 1, "1"]),
)


@pytest.mark.parametrize(
    ("identity", "name"),
    [
        ("high-touch-001", "high-touch-001"),
        ("ann@example.com", "ann@example.com"),
        ("The Old Mint", "The Old Mint"),
        (42, "42"),
        ("a/b", "a%2Fb"),
        ("..", "%2E."),
        ("../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd"),
        (".hidden", "%2Ehidden"),
        ("a\0b", "a%00b"),
        ("a\\b:c", "a%5Cb%3Ac"),
        ("Zoë", "Zo%C3%AB"),
        ("con", "%63on"),
        ("NUL.txt", "%4EUL.txt"),
        ("com1", "%63om1"),
        ("console", "console"),
        ("\ud800", "%5Cud800"),
    ],
)
def test_names_are_readable_and_lead_nowhere(identity: str | int, name: str) -> None:
    assert FileNames(END).name_for(identity) == name + END


def test_ids_that_would_share_a_name_get_a_digest() -> None:
    names = FileNames(END)
    assert names.name_for("Ann") == f"Ann{END}"
    assert re.fullmatch(r"ann~[0-9a-f]{12}\.snapshot\.txt", names.name_for("ann"))
    assert names.name_for("Ann") == f"Ann{END}"
    assert names.name_for(1) == f"1{END}"
    assert names.name_for("1") != names.name_for(1)


def test_names_that_are_taken_stay() -> None:
    names = FileNames(END)
    names.take("other", f"ann{END}")
    assert names.name_for("ann") != f"ann{END}"


def test_an_id_that_looks_like_the_file_of_another() -> None:
    digested = FileNames(END)
    digested.name_for("Ann")
    looks_like_it = digested.name_for("ann").removesuffix(END)
    names = FileNames(END)
    assert (
        len(
            {names.name_for(each).casefold() for each in (looks_like_it, "Ann", "ann", looks_like_it.upper())}
        )
        == 4
    )


def test_a_digest_that_is_taken_by_another() -> None:
    names = FileNames(END)
    names.take("other", f"ann{END}")
    first = names.name_for("ann")
    names = FileNames(END)
    names.take("other", f"ann{END}")
    names.take("yet another", first)
    second = names.name_for("ann")
    assert second not in (first, f"ann{END}")
    assert names.name_for("ann") == second


def test_long_ids_are_cut_and_told_apart() -> None:
    names = FileNames(END)
    first, second = names.name_for("x" * 300), names.name_for("x" * 301)
    assert first != second
    assert len(first) < 140


@given(st.lists(IDS, max_size=30))
def test_no_two_ids_share_a_file_on_any_system(identities: list[str | int]) -> None:
    names, found = FileNames(END), dict[str, tuple[type, str | int]]()
    for identity in identities:
        name = names.name_for(identity)
        assert _SAFE.fullmatch(name)
        assert len(name) < 140
        assert not name.startswith((".", " "))
        assert found.setdefault(name.casefold(), (type(identity), identity)) == (type(identity), identity)
