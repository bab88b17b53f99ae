"""Reads of alerts: server profiles and settings, deliveries."""
