"""Markdown that cannot be broken by the words that are put into it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_MARKS = str.maketrans({"\\": "\\\\", "|": "\\|", "<": "&lt;", ">": "&gt;", "[": "\\[", "]": "\\]", "*": "\\*"})


def said(words: str) -> str:
    """Words of a rule as Markdown shows them, on one line."""
    return " ".join(words.split()).translate(_MARKS)


def lines(parts: Iterable[str]) -> str:
    """Several things in one cell, one below the other."""
    return "<br>".join(parts)


def link(words: str, target: str) -> str:
    """A link."""
    return f"[{said(words)}]({target})"


def anchored(name: str, words: str) -> str:
    """Words that can be linked to by a name."""
    return f'<a id="{name}"></a>{words}'


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; empty if it has no rows. The cells are Markdown already."""
    body = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    if not body:
        return ""
    return f"| {' | '.join(headings)} |\n|{'---|' * len(headings)}\n{body}"


def page(title: str, *parts: str) -> str:
    """A page from its title and its parts; empty ones are left out."""
    return "\n".join([f"# {said(title)}\n", *(part.rstrip("\n") + "\n" for part in parts if part.strip())])


def section(title: str, *parts: str, nothing: str = "") -> str:
    """A section; where all of it is empty it says `nothing`, or is left out."""
    body = "\n".join(part.rstrip("\n") + "\n" for part in parts if part.strip()) or (f"{nothing}\n" if nothing else "")
    return f"## {said(title)}\n\n{body}" if body else ""
