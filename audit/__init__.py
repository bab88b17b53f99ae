"""The logs: events of admins and transcripts of SCEP exchanges."""
