"""Who owes what to a child, by when, and why that day: an embeddable engine for the Integrated Core Practice Model."""

from __future__ import annotations

__all__ = ["__version__"]

__version__ = "0.1.0"
