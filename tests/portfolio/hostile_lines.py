"""Lines of NDJSON that are no plain document of `tests.facts.samples`, each with a word on what is odd."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

ODD: dict[str, bytes] = {
    # what is rejected
    "a key twice": b'{"id":"a","id":"b"}',
    "an unknown key twice": b'{"id":"a","z":1,"z":1}',
    "a key twice, once as an escape": b'{"id":"a","\\u0069d":"b"}',
    "a key of a record twice": b'{"id":"a","usage":{"share":1,"share":null}}',
    "a key twice in a list": b'{"id":"a","usage":{"events":[{"at":null,"at":null}]}}',
    "null and a value": b'{"id":null,"id":"b"}',
    "no id": b"{}",
    "an id that is null": b'{"id":null}',
    "a blank id": b'{"id":" "}',
    "an id of a wide blank": '{"id":"\u3000"}'.encode(),
    "an id that is true": b'{"id":true}',
    "NaN": b'{"id":"a","size":NaN}',
    "NaN in a record": b'{"id":"a","usage":{"share":NaN}}',
    "NaN beside the facts": b'{"id":"a","z":NaN}',
    "NaN in a list beside the facts": b'{"id":"a","y":[[1,NaN]]}',
    "Infinity": b'{"id":"a","size":-Infinity}',
    "too large for a double": b'{"id":"a","size":1e400}',
    "too many digits for a double": b'{"id":"a","z":' + b"9" * 400 + b"}",
    "half of a pair": b'{"id":"a","z":"\\ud800"}',
    "the other half": b'{"id":"\\udc00"}',
    "NUL as an escape": b'{"id":"a\\u0000"}',
    "NUL": b'{"id":"a\0"}',
    "NUL alone": b"\0",
    "NUL behind": b'{"id":"a"}\0}',
    "no UTF-8": b'{"id":"\xff"}',
    "a surrogate as bytes": b'{"id":"\xed\xa0\x80"}',
    "an overlong form": b'{"id":"\xc0\xae"}',
    "a control character": b'{"id":"a\tb"}',
    "null": b"null",
    "null between documents": b'{"id":"x"}null{}',
    "null between documents, with blanks": b'{"id":"x"} \t null {}',
    "two documents": b'{"id":"x"}{"id":"y"}',
    "a list": b'[{"id":"a"}]',
    "a text": b'"a"',
    "a number": b"5",
    "an end that is missing": b'{"id":"a"',
    "a comma too many": b'{"id":"a",}',
    "a comma too many in a list": b'{"id":"a","usage":{"events":[{},]}}',
    "a comma too few": b'{"id":"a" "size":1}',
    "a comment": b'{"id":"a"} // x',
    "single quotes": b"{'id':'a'}",
    "a bare key": b'{id:"a"}',
    "a zero before a number": b'{"id":"a","size":01}',
    "a plus before a number": b'{"id":"a","size":+1}',
    "no digit behind the point": b'{"id":"a","size":1.}',
    "an unknown escape": b'{"id":"\\x61"}',
    "half an escape": b'{"id":"\\u12"}',
    "too deep": b'{"id":"a","z":' + b"[" * 300 + b"]" * 300 + b"}",
    "a return between documents": b'{"id":"a"}\r{"id":"b"}',
    "the beginning of a document": b'{"id":"a","usage":',
    "the rest of it": b'{"share":1}}',
    "a byte order mark": b'\xef\xbb\xbf{"id":"a"}',
    # what is a document with a fact that is not valid
    "an integer as id": b'{"id":5}',
    "a fraction in an integer": b'{"id":"a","size":5.5}',
    "a text in an integer": b'{"id":"a","size":"5"}',
    "a flag in an integer": b'{"id":"a","size":true}',
    "an integer as a flag": b'{"id":"a","usage":{"active":1}}',
    "a text as a flag": b'{"id":"a","usage":{"active":"true"}}',
    "a number of 10^15": b'{"id":"a","size":1000000000000000}',
    "a number of 30 digits": b'{"id":"a","size":123456789012345678901234567890}',
    "a list as a record": b'{"id":"a","usage":[]}',
    "a text as a record": b'{"id":"a","usage":"{}"}',
    "a record as a list": b'{"id":"a","usage":{"events":{}}}',
    "a record as a text": b'{"id":"a","usage":{"since":{}}}',
    "a number as a word": b'{"id":"a","usage":{"level":1}}',
    "an unknown word": b'{"id":"a","usage":{"level":"lo"}}',
    "a word in capitals": b'{"id":"a","usage":{"level":"LOW"}}',
    "a date that does not exist": b'{"id":"a","usage":{"since":"2023-02-29"}}',
    "a date without dashes": b'{"id":"a","usage":{"since":"20230228"}}',
    "a date with blanks": b'{"id":"a","usage":{"since":"2023-02-1 "}}',
    "a short date": b'{"id":"a","usage":{"since":"2023-2-1"}}',
    "a date of the year 0": b'{"id":"a","usage":{"since":"0000-01-01"}}',
    "the end of time": b'{"id":"a","usage":{"since":"infinity"}}',
    "null in a list": b'{"id":"a","usage":{"events":[null]}}',
    "a moment that is none": b'{"id":"a","usage":{"events":[{"at":"2024-01-01T25:00:00Z"}]}}',
    "a leap second": b'{"id":"a","usage":{"events":[{"at":"2024-01-01T10:00:60Z"}]}}',
    "a moment before the calendar": b'{"id":"a","usage":{"events":[{"at":"0001-01-01T00:00:00+05:00"}]}}',
    "a day as a moment": b'{"id":"a","usage":{"events":[{"at":"2024-01-01"}]}}',
    # what is regular, and not written as usual
    "a week": b'{"id":"a","usage":{"since":"2024-W01-1"}}',
    "a decimal that is whole": b'{"id":"a","size":5.0}',
    "an exponent": b'{"id":"a","size":1e14}',
    "minus zero": b'{"id":"a","size":-0,"usage":{"share":-0.0}}',
    "nearly nothing": b'{"id":"a","usage":{"share":1e-400}}',
    "17 digits": b'{"id":"a","usage":{"share":0.10000000000000000555}}',
    "an unknown key": b'{"id":"a","unknown":{"x":[1,"a",null,{"z":true}]}}',
    "another case": b'{"id":"a","Id":"b","usage":{"Share":1,"share":2}}',
    "an empty key": b'{"id":"a","":{"":[]}}',
    "a pair": b'{"id":"a","z":"\\ud83d\\ude00"}',
    "signs beyond ASCII": '{"id":"é","z":"日本"}'.encode(),
    "escapes": b'{"id":"\\u00e9\\n\\"\\\\\\/","z":"\\u0022"}',
    "blanks": b' { "id" : "a" , "size" : 5 } ',
    "nulls": b'{"id":"a","size":null,"usage":null}',
    "an empty record": b'{"id":"a","usage":{}}',
    "an empty list": b'{"id":"a","usage":{"events":[]}}',
    "an element with nothing": b'{"id":"a","usage":{"events":[{}]}}',
    "a moment with an offset": b'{"id":"a","usage":{"events":[{"at":"2024-01-01T10:00:00.5+05:30"}]}}',
    "a moment without an offset": b'{"id":"a","usage":{"events":[{"at":"2024-07-01 10:00"}]}}',
    "a moment in short": b'{"id":"a","usage":{"events":[{"at":"20240101T100000Z"},{"at":"2024-01-01T10Z"}]}}',
    "another order": b'{"usage":{"level":"high","share":3},"size":1,"id":"a"}',
    "a date of long ago": b'{"id":"a","usage":{"since":"0001-01-01"}}',
    # what is no line
    "nothing": b"",
    "blanks alone": b" \t ",
    "a return alone": b"\r",
}


def plain(number: int) -> bytes:
    """A document with every fact, as most are."""
    return (
        b'{"id":"account-%d","size":%d,"usage":{"share":%d.5,"active":%s,"since":"2024-01-%02d","level":"low",'
        b'"events":[{"at":"2024-01-01T10:00:%02dZ"}]}}'
        % (number, number, number % 100, b"true" if number % 2 else b"false", number % 28 + 1, number % 60)
    )


def mixed(count: int, odd: int, seed: int) -> Iterator[bytes]:
    """`count` lines, of which `odd` are odd."""
    random = Random(seed)
    places = set(random.sample(range(count), odd))
    kinds = list(ODD.values())
    for number in range(count):
        yield random.choice(kinds) if number in places else plain(number)
