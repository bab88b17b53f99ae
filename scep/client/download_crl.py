"""A CRL from where the certificate says that it is published (RFC 5280 section 4.2.1.13).

It comes before GetCRL (RFC 8894 section 3.3.5): a CRL is signed, so nobody has to encrypt anything.
"""

from pki.crl import MAX_CRL_BYTES
from scep.client.get_crl import FetchedCrl, Search
from scep.client.session import Exchange, Exchanges, describe_reply, require_ok
from scep.errors import ReplyUnreadable
from scep.transcript import Outcome, Recorder, Step, StepName, drop
from scep.wire import HttpReply, HttpRequest


class DownloadCrl(Exchanges[FetchedCrl]):
    """A plain GET of a CRL; drive it to the URL of the distribution point."""

    def __init__(self, search: Search, *, record: Recorder = drop) -> None:
        """Get a CRL, and look a certificate up.

        Args:
            search: what is looked for, and who may have signed it.
            record: takes the steps.
        """
        request = HttpRequest("GET", max_reply_bytes=MAX_CRL_BYTES, stage=StepName.GET_CRL)
        super().__init__(Exchange(StepName.GET_CRL, request, self._take), record=record)
        self._request = request
        self._search = search

    def _take(self, reply: HttpReply) -> None:
        if reply.truncated:
            raise ReplyUnreadable(
                f"The CRL is larger than {MAX_CRL_BYTES:,} bytes, the most that is read.",
                stage=StepName.GET_CRL,
                hint="An OCSP responder of the CA would do without it.",
            )
        require_ok(reply, StepName.GET_CRL, self._request)
        self._record(
            Step(
                StepName.GET_CRL,
                Outcome.PASSED,
                f"The distribution point sent {len(reply.body):,} bytes.",
                details=describe_reply(reply),
                duration_ms=reply.elapsed_ms,
            )
        )
        self.finish(self._search.find([reply.body], self._record))
