"""Servers that mean harm, over real sockets: what they do is refused, told, and not kept."""
