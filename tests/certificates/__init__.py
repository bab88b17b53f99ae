"""Tests of ``certificates``."""
