"""The challenge page: a one-time password from NDES or a look-alike."""

from scep.cacert import CaBundle, check_fingerprint
from scep.challenge import ChallengePage, read_page
from scep.client.session import Exchange, Exchanges, describe_reply, require_ok
from scep.errors import ChallengeRefused, NotTrusted
from scep.transcript import Outcome, Recorder, Step, StepName, drop
from scep.wire import HttpReply, HttpRequest

_REQUEST = HttpRequest("GET", max_reply_bytes=256 * 1024)

_FORBIDDEN = (
    "The account may not see the page, or the server wants https:// (IIS 403.4), a client "
    "certificate (403.7) or another client address (403.6)."
)


class FetchChallenge(Exchanges[ChallengePage]):
    """Gets the challenge page once. Each get uses up a password on the server."""

    def __init__(self, *, bundle: CaBundle | None = None, record: Recorder = drop) -> None:
        """Prepare the exchange.

        Args:
            bundle: the CA certificates known; a thumbprint on the page of none of them is warned
                of.
            record: takes the steps.
        """
        exchange = Exchange(StepName.CHALLENGE, _REQUEST, self._take)
        super().__init__(exchange, record=record)
        self._bundle = bundle

    def _take(self, reply: HttpReply) -> None:
        if reply.status in {401, 403}:
            raise refused(reply.status)
        require_ok(reply, StepName.CHALLENGE, _REQUEST)
        page = read_page(reply.body, reply.content_type)
        self._record(_step(page, reply))
        if self._bundle and page.ca_thumbprint and not _is_of(page.ca_thumbprint, self._bundle):
            self._record(_other_ca())
        self.finish(page)


def refused(status: int) -> ChallengeRefused:
    """The page is not for this user: HTTP 401 or 403."""
    return ChallengeRefused(
        f"The challenge page refuses access (HTTP {status}).",
        stage=StepName.CHALLENGE,
        hint=_FORBIDDEN if status == 403 else "Check user name and password.",
    )


def _step(page: ChallengePage, reply: HttpReply) -> Step:
    # The page is not quoted: the password stands on it.
    details = [pair for pair in describe_reply(reply) if pair[0] != "Body"]
    if reply.signed_in_by:
        details.append(("Signed in by", reply.signed_in_by))
    if page.ca_thumbprint:
        details.append(("CA thumbprint on the page", page.ca_thumbprint))
    lifetime = f", good for {page.lifetime_minutes} minutes" if page.lifetime_minutes else ""
    kind = "a one-time password" if page.single_use else "a password that serves many times"
    fact = f"The challenge page gave {kind}{lifetime}."
    if page.labelled:
        outcome, hint = Outcome.PASSED, ""
    else:
        outcome = Outcome.WARNED
        hint = (
            "The page is not in English: what looks like a password was taken for one. If the "
            "server refuses it, open the page in a browser and compare."
        )
    return Step(StepName.CHALLENGE, outcome, fact, hint, tuple(details), reply.elapsed_ms)


def _is_of(thumbprint: str, bundle: CaBundle) -> bool:
    try:
        check_fingerprint(bundle, thumbprint)
    except NotTrusted:
        return False
    return True


def _other_ca() -> Step:
    return Step(
        StepName.CHALLENGE,
        Outcome.WARNED,
        "The challenge page shows the thumbprint of another CA certificate.",
        "Compare the two, and whether both URLs belong to the same server.",
    )
