"""The pages of the logs: exchanges with SCEP servers."""
