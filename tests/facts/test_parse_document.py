"""What strict reading accepts and refuses, by both ways through."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruleengine.facts.parse import RejectedDocument, parse_document, parse_slowly, parse_value


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"{}", {}),
        (b' {"a": [1, 2.5, true, false, null, "x"]}\r\n', {"a": [1, 2.5, True, False, None, "x"]}),
        (b'{"a": 12345678901234567890}', {"a": 12345678901234567890}),
        (b'{"a": 123456789012345678901234}', {"a": 1.2345678901234568e23}),
        (b'{"a": 18446744073709551616}', {"a": 1.8446744073709552e19}),
        (b'{"a": 1e308}', {"a": 1e308}),
        (b'{"a": 1e-400}', {"a": 0.0}),
        (b'{"a": {"x": 1}, "b": {"x": 1}}', {"a": {"x": 1}, "b": {"x": 1}}),
        (b'{"\\u0022": "\\"\\\\", "b\\/": "\\u00e9"}', {'"': '"\\', "b/": "é"}),
        (b'{"a": "\\ud83d\\ude00"}', {"a": "\U0001f600"}),
        ('{"é": "\U0001f600"}'.encode(), {"é": "\U0001f600"}),
        (b'{"a": "\\\\u0000"}', {"a": "\\u0000"}),
        (b'{"": 1}', {"": 1}),
    ],
)
def test_accepted(raw: bytes, expected: Any) -> None:
    for parse in (parse_document, parse_slowly):
        document = parse(raw)
        assert document == expected
        assert json.dumps(document) == json.dumps(expected)  # tells 1 from 1.0 and from true


@pytest.mark.parametrize(
    ("raw", "reason", "line", "column"),
    [
        (b'{"a": NaN}', "`NaN` is no number that JSON knows", 1, 7),
        (b'{"a": [1, -Infinity]}', "`-Infinity` is no number that JSON knows", 1, 11),
        (b'{"a": 1, "b": 2, "a": 3}', "the key `a` occurs twice in one object", 1, 18),
        (b'{"x": [{"k": {"a": 1,\n "a": 1}}]}', "the key `a` occurs twice in one object", 2, 2),
        (b'{"a": 1, "\\u0061": 2}', "the key `a` occurs twice in one object", 1, 10),
        (b'{"\\u0022": 1, "\\"": 2}', 'the key `"` occurs twice in one object', 1, 15),
        (b'{"a": "", "a": "\\u0022\\u0022"}', "the key `a` occurs twice in one object", 1, 11),
        (b'{"a": 1e400}', "the number is too large for a double", 1, 7),
        (b'{"a": -1e400}', "the number is too large for a double", 1, 7),
        (b'{"a": ' + b"9" * 400 + b"}", "the number is too large for a double", 1, 7),
        (b'{"a": "\\ud800"}', "a text holds half of a surrogate pair", 1, 7),
        (b'{"\\udc00": 1}', "a text holds half of a surrogate pair", 1, 2),
        (b'{"a": "x\\u0000"}', "a text holds a NUL character", 1, 7),
        (b'{"a": "x\x00"}', "a control character stands unescaped in a text", 1, 9),
        (b'{"a": "\xff"}', "the byte 0xff is no UTF-8", 1, 8),
        (b'{"\xc3\xa9": "\xed\xa0\x80"}', "the byte 0xed is no UTF-8", 1, 8),
        (b"\xef\xbb\xbf{}", "a byte order mark stands before the document", 1, 1),
        (b'{"a": [1, 2}', "a comma or a closing bracket is expected here", 1, 12),
        (b'{"a" 1}', "a colon is expected after the key", 1, 6),
        (b'{"a": tru}', "a value is expected here", 1, 7),
        (b'{"a": "x}', "a quoted text does not end", 1, 7),
        (b'{"a": "\\x"}', "a backslash in a text begins no known escape", 1, 8),
        (b'{"a": 1}\n{"a": 2}', "more text follows after the end of the document", 2, 1),
        (b'{"a": 01}', "a comma or a closing bracket is expected here", 1, 8),
        (b"{a: 1}", "a key in double quotes is expected here", 1, 2),
        (b"", "there is no document", 1, 1),
        (b" \t\n", "there is no document", 1, 1),
    ],
)
def test_refused_with_reason_and_place(raw: bytes, reason: str, line: int, column: int) -> None:
    for parse in (parse_document, parse_slowly):
        with pytest.raises(RejectedDocument) as caught:
            parse(raw)
        assert (caught.value.reason, caught.value.line, caught.value.column) == (reason, line, column)


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b"[1]", "a list"),
        (b'"x"', "a text"),
        (b"1.5", "a number"),
        (b"7", "a number"),
        (b"true", "a flag"),
        (b"null", "null"),
    ],
)
def test_a_document_is_an_object(raw: bytes, what: str) -> None:
    with pytest.raises(RejectedDocument, match=f"it is {what}, not an object"):
        parse_document(raw)


def nested(levels: int) -> bytes:
    """An object in which lists are nested: `levels` in all."""
    return b'{"a": ' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"


def test_nesting() -> None:
    for parse in (parse_document, parse_slowly):
        assert "a" in parse(nested(200))
        for levels in (201, 300, 2_000, 100_000):
            with pytest.raises(RejectedDocument, match="more than 200 levels are nested") as caught:
                parse(nested(levels))
            assert caught.value.column == 6 + 200
        assert "a" in parse(nested(3), 3)
        with pytest.raises(RejectedDocument, match="more than 3 levels"):
            parse(nested(4), 3)


def test_many_brackets_side_by_side_are_no_nesting() -> None:
    raw = b'{"a": [' + b",".join([b"[]"] * 500) + b"]}"
    assert parse_document(raw) == {"a": [[]] * 500}
    assert parse_slowly(raw) == {"a": [[]] * 500}


@pytest.mark.parametrize("zero", ["-0", "-0.0", "-0e5", "-0E0", "-1e-400", "-0.00"])
def test_zero_has_no_sign(zero: str) -> None:
    raw = b'{"a": [' + zero.encode() + b'], "b": "-0.0"}'
    for parse in (parse_document, parse_slowly):
        document = parse(raw)
        assert math.copysign(1.0, document["a"][0]) == 1.0
        assert document["b"] == "-0.0"


texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=5)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(values, st.booleans())
def test_what_python_writes_is_read_back_by_both_ways(value: Any, ascii_only: bool) -> None:
    raw = json.dumps(value, ensure_ascii=ascii_only).encode()
    assert parse_value(raw) == parse_slowly(raw) == value


def outcome(parse: Any, raw: bytes) -> str:
    """What a parser makes of bytes, in a form that tells types and signs."""
    try:
        return f"read {json.dumps(parse(raw))}"
    except RejectedDocument as rejected:
        return f"rejected {rejected.reason} {rejected.line} {rejected.column}"


pieces = st.sampled_from(
    [
        *(sign.encode() for sign in '{}[],:"1-\n \\\0'),
        *(b'"a"', b'"b"', b'"a":1', b'"\\u0061"', b"-0.0", b"1e400", b"NaN", b"null", b"tru"),
        *(b"\\u0022", b"\\u0000", b"\\ud800", b"\xc3\xa9", b"\xff", b"\xef\xbb\xbf"),
    ]
)


@given(st.lists(pieces, max_size=25).map(b"".join))
def test_both_ways_agree_on_anything(raw: bytes) -> None:
    assert outcome(parse_value, raw) == outcome(parse_slowly, raw)


members = st.tuples(
    st.sampled_from(["a", "b", "\\u0061", "\\u0022", '\\"']), st.sampled_from(["1", '"\\u0022"', '"x"', "{}"])
)


@given(st.lists(members, max_size=5))
def test_repeated_keys_are_found_by_both_ways(pairs: list[tuple[str, str]]) -> None:
    raw = ("{" + ",".join(f'"{key}":{value}' for key, value in pairs) + "}").encode()
    keys = [json.loads(f'"{key}"') for key, _ in pairs]
    assert outcome(parse_value, raw) == outcome(parse_slowly, raw)
    assert outcome(parse_value, raw).startswith("rejected") == (len(set(keys)) < len(keys))
