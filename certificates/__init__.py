"""Certificates of the device: CA fetch, enrollment, store."""
