"""Tests of ``scep``."""
