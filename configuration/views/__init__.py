"""Requests translated into queries and services, and their outcome into answers."""
