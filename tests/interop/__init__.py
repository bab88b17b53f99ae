"""Tests of ``interop``."""
