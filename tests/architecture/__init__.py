"""Tests of ``architecture``."""
