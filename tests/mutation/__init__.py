"""Mutation testing of the engine's own core: small changes of its code, and which of them no test notices.

`python -m tests.mutation.reach FOLDER` finds out once which cases and tests reach which lines; `python -m tests.mutation.run
--map FOLDER --sample 600 --seed 1` then changes one place of the core at a time and runs what reaches it.
"""
