"""Tests of ``configuration.file_format``."""
