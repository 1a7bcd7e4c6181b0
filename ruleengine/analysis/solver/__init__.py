"""What an account can and cannot be, told by z3: an evaluation tree as terms, questions about it, models as accounts.

The only room that imports z3, which is an extra (`ruleengine[prove]`); it imports it when a question is asked.
"""
