"""Product words every package shares: locations, names, refusals. Pure."""
