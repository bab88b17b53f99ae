"""Tests of ``scepadmin``."""
