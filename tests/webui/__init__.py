"""Tests of ``webui``."""
