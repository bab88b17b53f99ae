"""Tests of ``setup``."""
