"""A changed pack on the live caseload: what it would change, and how the caseload passes over to it."""

from __future__ import annotations
