"""Tests of the package ``dashboard``."""
