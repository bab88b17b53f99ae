"""Writes of alerts: server profiles, what is to be told, deliveries."""
