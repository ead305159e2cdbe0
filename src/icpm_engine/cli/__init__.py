"""The `icpm` command. A module for each group of commands; what a command needs is imported when it runs."""

from __future__ import annotations

from icpm_engine.cli.app import main

__all__ = ["main"]
