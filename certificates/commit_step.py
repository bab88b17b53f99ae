"""The commit step that brings in the CA certificates of SCEP profiles."""

from configuration.sections import CommitRun


class FetchCaCertificates:
    """Asks the SCEP server of every profile whose CA certificate is missing or out of date."""

    name = "Fetch CA certificates"

    def run(self, run: CommitRun) -> None:
        """Fetch; what cannot be fetched is a warning, and the commit goes on."""
