"""Management of the configuration from the command line."""
