"""Alerts: what is watched, whom it is sent to, and what came of it."""
