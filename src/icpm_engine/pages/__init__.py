"""Rule packs as pages for people: duties, decisions, lifecycles, choices, limits and sources, in Markdown."""

from __future__ import annotations

from icpm_engine.pages.book import Pages, book_of, pages_of, write

__all__ = ["Pages", "book_of", "pages_of", "write"]
