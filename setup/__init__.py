"""The set-up of the device as configuration: virtual systems, administrators, settings."""
