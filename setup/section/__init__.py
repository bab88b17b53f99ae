"""How each kind of set-up object plugs into the configuration."""
