"""Tests of ``journeys``."""
