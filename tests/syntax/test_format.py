"""The one layout, by examples: what an author may write, and how it looks afterwards."""

from __future__ import annotations

import pytest

from ruleengine.source import Source
from ruleengine.syntax.format import format_file
from tests.syntax.reading import block, formatted, read, read_item

#: Everything a ruleset usually has, as it should look.
LOOK = block(
    """
    # Health of the demonstration accounts.
    ruleset demo 2.0.0 {
      title      "Demonstration"
      owner      "the team"  # and nobody else
      effective  from 2023-02-01
      facts      account 1
      calendar   fiscal year starts february, zone "UTC"
    }

    import other_rules 1.0.0 (first_measure, second as renamed)

    bands rag {  # best to worst
      green   75..100    points 87.5
      yellow  50..<75    points 62.5
      red      0..<50    points 25
    }

    segment tech_touch  when account.service_level = "tech_touch"
    segment scale       when account.service_level = "scale"
    segment growth      when account.service_level = "growth"

    let tenure   = months since account.customer_since
    let marked   = latest i in usage.instances
                     where i.type = "production" and i.health_measures = "included" by i.reported_at
    let eligible = latest i in usage.instances
                     where i.type = "production" and (i.health_measures default "unset") != "opt_out"
                     by i.reported_at
    let scored_instance = marked default eligible

    problem "several instances are marked for health measures"
      when (count i in usage.instances where i.type = "production" and i.marked) > 1

    measure license_utilization "License utilization" {
      value    scored_instance.billable_users / subscription.licensed_users   shown as percent
      rate when tenure < 2 months      { na not_applicable "too early to tell" otherwise }
      rate when tenure in 2..<6 months {
        red    when < 10%
        yellow when <= 50%
        green  otherwise
      }
      rate when tenure >= 9 months     { red when <= 75% ; green otherwise }
      fresh by scored_instance.reported_at, expired after 60 days
    }

    measure csm_sentiment "CSM sentiment" {
      value    sentiment.rating  # already a band of rag
      rate     as given
      applies  to all except tech_touch
    }

    measure support_issues "Support issues" {
      value    support.tickets_last_month
      rate {
        green  when in 1..5
        yellow when in 6..15
        red    when > 15
        yellow when = 0      because "a customer who never writes in is not a sign of health"
      }
    }

    table smoking(age number, smoker flag) hits first {
      in 20..39, true  gives 8
      any,       false gives 0  because "smokers alone have a risk"
      otherwise        gives 10
    }

    scorecard health "Customer health" {
      bands   rag
      grace   first 30 days from account.customer_since, except csm_sentiment
      missing redistribute

      group product "Product" 50% {
        license_utilization 95%
        scm_adoption         5%
      }
      group risk  "Risk"                  45% { csm_sentiment 100% }
      group voice "Voice of the customer"  5% { support_issues 100% ; emergency_tickets 0% }

      override red when csm_sentiment is red
        because "a red CSM sentiment turns the whole account red"
    }

    invariant "red sentiment is never hidden"
      never csm_sentiment is red and health is green
    """
)


def test_the_look_is_a_fixed_point() -> None:
    assert formatted(LOOK) == LOOK


def test_the_look_comes_back_from_squeezed_text() -> None:
    """Without indentation and columns, but with the author's line ends, the same text comes out."""
    lines = (" ".join(line.split()) for line in LOOK.splitlines())
    assert formatted("\n".join(lines)) == LOOK


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("let  x=1", "let x = 1"),
        ("let x = (1)", "let x = 1"),
        ("let x = ((a + b)) * c", "let x = (a + b) * c"),
        ("let x = a + (b * c)", "let x = a + b * c"),
        ("let x = a - (b - c)", "let x = a - (b - c)"),
        ("let x = (a - b) - c", "let x = (a - b) - c"),
        ("let x = -(-a)", "let x = -(-a)"),
        ("let x = a or b and c", "let x = a or (b and c)"),
        ("let x = (a or b) and c", "let x = (a or b) and c"),
        ("let x = not (a = b)", "let x = not a = b"),
        ("let x = not (a in (1, 2))", "let x = not a in (1, 2)"),
        ("let x = a not  in (1,2)", "let x = a not in (1, 2)"),
        ("let x = (a default b) != 1", "let x = (a default b) != 1"),
        ("let x = (any i in l where i.a) and b", "let x = (any i in l where i.a) and b"),
        ("let x = if a then (any i in l) else 1", "let x = if a then (any i in l) else 1"),
        ("let x = count((list i in l), (if a then b else c))", "let x = count(list i in l, if a then b else c)"),
        ("let x = (months since a).b", "let x = (months since a).b"),
        ("let x = (a) . b .`c d`.value", "let x = a.b.`c d`.value"),
        ("let `and` = `count` + facts.count", "let `and` = `count` + facts.count"),
        ("let `a` = `points`", "let a = points"),
        ("let `points` = a . `points`", "let points = a.points"),
        ("let x = a in  `points`..`points`", "let x = a in `points`..`points`"),
        ("let x = a in 1..-`points` . b", "let x = a in 1..-`points`.b"),
        ("measure m { points  points }", "measure m { points points }"),
        ("let x = 1_000.50 + 10 % + 35   days", "let x = 1_000.50 + 10% + 35 days"),
        ('let x = "\\u0041 \\"q\\" \\\\ \\u202e"', 'let x = "A \\"q\\" \\\\ \\u202e"'),
        ("let x = a in >1..<2 and b in ..5 and c in 5..", "let x = a in >1..<2 and b in ..5 and c in 5.."),
        ("let x = {a:1,`b c`:2, \"\": 3}", 'let x = {a: 1, `b c`: 2, "": 3}'),
        ("output x=a shown   as percent", "output x = a   shown as percent"),
        ("define f(a number,b)=a/b", "define f(a number, b) = a / b"),
        ("assume a.b,a.c=false because \"no\"", 'assume a.b, a.c = false because "no"'),
        ("accept RE401 for m because \"on purpose\"", 'accept RE401 for m because "on purpose"'),
        ('bands b of  steps of 0.1 {`odd` 0..9;"B+" 10..}', 'bands b of steps of 0.1 { "odd" 0..9 ; "B+" 10.. }'),
        ('measure m { cap red when a  because "b" }', 'measure m { cap red when a because "b" }'),
        ('problem "p"  when a', 'problem "p" when a'),
        ('invariant "i"  always a', 'invariant "i" always a'),
        ("segment s   when a", "segment s  when a"),
    ],
)  # fmt: skip
def test_small_texts(written: str, expected: str) -> None:
    assert formatted(written + "\n") == expected + "\n"


def test_long_statements_break_before_joining_words() -> None:
    condition = " or ".join(f"account.service_level_{number} is red" for number in range(1, 5))
    assert formatted(f"let at_risk = {condition}\n") == block(
        """
        let at_risk = account.service_level_1 is red
                        or account.service_level_2 is red
                        or account.service_level_3 is red
                        or account.service_level_4 is red
        """
    )


def test_a_line_end_of_the_author_before_a_joining_word_stays() -> None:
    written = "let a = if b\n  then 1\n  else 2\nlet c = d\n  default e\n"
    assert (
        formatted(written) == "let a = if b\n        then 1\n        else 2\nlet c = d\n          default e\n"
    )


def test_a_long_sum_never_has_a_line_that_begins_with_minus() -> None:
    parts = " - ".join(f"account.number_of_things_{number}" for number in range(5))
    assert formatted(f"let x = {parts}\n").splitlines()[1].split()[0] == "account.number_of_things_3"
    assert formatted(f"let x = {parts}\n").splitlines()[0].endswith("account.number_of_things_2 -")


def test_long_lists_are_filled() -> None:
    written = f"let x = max({', '.join(f'argument_{number}' for number in range(10, 22))})\n"
    first, second = formatted(written).splitlines()
    assert first.startswith("let x = max(argument_10, ")
    assert len(first) <= 110
    assert second.startswith(" " * len("let x = max(") + "argument_")


def test_a_block_on_one_line_is_opened_when_it_does_not_fit() -> None:
    rows = " ; ".join(f"points {number} when account.service_level = {number}" for number in range(4))
    assert formatted(f"measure m {{\n  rate {{ {rows} }}\n}}\n") == block(
        """
        measure m {
          rate {
            points 0 when account.service_level = 0
            points 1 when account.service_level = 1
            points 2 when account.service_level = 2
            points 3 when account.service_level = 3
          }
        }
        """
    )


def test_empty_lines() -> None:
    written = "\n\nlet a = 1\n\n\n\nlet b = 2\nlet c = 3\noutput d = 1\n"
    written += "measure m {\n\n  value a\n\n\n  rate as given\n\n}\n\n"
    assert formatted(written) == block(
        """
        let a = 1

        let b = 2
        let c = 3

        output d = 1

        measure m {
          value    a

          rate     as given
        }
        """
    )


def test_comments_stay_where_they_belong() -> None:
    written = block(
        """
        # about the file


        # about a
        let a = b # beside b
            # before and
            and c   # beside c
        # about m
        measure m { # beside m
        # first
        value a   # beside value

        # before rate

        rate { red when ( # beside the parenthesis
        > 1 ) # beside the row
        # last in rate
        } # beside rate
        # last in m
        }
        # at the end
        """
    )
    assert formatted(written) == block(
        """
        # about the file

        # about a
        let a = b  # beside b
                  # before and
                  and c  # beside c

        # about m
        measure m {  # beside m
          # first
          value    a  # beside value

          # before rate

          rate {
            red when > 1  # beside the parenthesis
            # beside the row
            # last in rate
          }  # beside rate
          # last in m
        }
        # at the end
        """
    )


def test_comments_beside_adjacent_lines_stand_under_one_another() -> None:
    assert formatted("let a = 1 # one\nlet b = 1 + 1 # two\nlet c = 1\nlet d = 1 # three\n") == block(
        """
        let a = 1      # one
        let b = 1 + 1  # two
        let c = 1
        let d = 1  # three
        """
    )


def test_a_comment_keeps_a_block_open() -> None:
    assert formatted("measure m { # why\n value a }\n") == "measure m {  # why\n  value    a\n}\n"


def test_nothing_and_comments_alone() -> None:
    assert formatted("") == ""
    assert formatted("\n\n") == ""
    assert formatted("\n# one\n\n\n   # two\n") == "# one\n\n# two\n"


def test_windows_line_ends_and_a_byte_order_mark_go() -> None:
    assert (
        formatted("\ufefflet a = 1  # one\r\n# two\r\nlet b = 2\r\n")
        == "let a = 1  # one\n# two\nlet b = 2\n"
    )


def test_a_file_with_faults_is_refused() -> None:
    text = "measure m {\n  value a +\n}\n"
    file, diagnostics = read(text)
    assert diagnostics
    with pytest.raises(ValueError, match="faults"):
        format_file(file, Source("test.rules", text))


@pytest.mark.parametrize(
    "opening", ["(a + ", "(not ", "f(a, ", "(if b then c else ", "(count x in [", "-{x: "]
)
def test_the_deepest_nesting_that_can_be_read_can_be_formatted(opening: str) -> None:
    closing = {"(": ")", "[": "]", "{": "}"}
    brackets = [sign for sign in opening if sign in closing]
    depth = 50 // len(brackets)  # of a bracketed sum; plain brackets go deeper
    text = opening * depth + "b" + "".join(closing[sign] for sign in reversed(brackets)) * depth
    once = formatted(f"let a = {text}\n")
    assert formatted(once) == once


@pytest.mark.parametrize(
    "written",
    [
        "growth of licences over 1 month < -10%",
        "value of (series of p.value for p in usage.billable by p.date) at (as_of - 3 months)",
        "(mean of licences over 3 values) - value of licences 3 months ago",
        "(day in this month) or next",
        "(not day in this month) or next > 3",
        "day in this month or `next`",
        "day in this month or next or last = 3",
        "day in this fiscal quarter or last",
        "name of fiscal quarter (renewal.date)",
    ],
)
def test_series_and_periods_are_written_as_they_are_read(written: str) -> None:
    """Formatting keeps the meaning: `in this month or next` is one period, and stays two conditions where it was two."""
    assert read_item(formatted(f"output a = {written}\n")) == read_item(f"output a = {written}")
