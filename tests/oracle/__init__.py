"""A second, deliberately naive implementation of the rule language, to hold the engine against.

It shares no code with the engine. See README.md for what it does and how it reads what the reference leaves open.
"""

from __future__ import annotations

from tests.oracle.answering import answer, answers
from tests.oracle.answers import Answer, Breach, Run
from tests.oracle.pack import UnsupportedError

__all__ = ["Answer", "Breach", "Run", "UnsupportedError", "answer", "answers"]
