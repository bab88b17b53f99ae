"""Candidate, commit, running, history."""
