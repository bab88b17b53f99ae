"""Tests of ``audit``."""
