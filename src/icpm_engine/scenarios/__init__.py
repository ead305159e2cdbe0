"""Dated stories with expected answers: their format, the runner and the pytest plugin."""
