"""Tests of ``configuration``."""
