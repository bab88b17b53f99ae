"""Tests of ``domain``."""
