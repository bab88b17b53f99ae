"""Tests of ``democa``."""
