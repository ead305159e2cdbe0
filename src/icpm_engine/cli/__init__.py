"""The `icpm` command."""
