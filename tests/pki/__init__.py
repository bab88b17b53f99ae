"""Tests of ``pki``."""
