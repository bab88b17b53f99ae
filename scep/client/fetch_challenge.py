"""The challenge page: a one-time password from NDES or a look-alike."""

from scep.challenge import ChallengePage, read_page
from scep.client.session import Exchange, Exchanges, describe_reply, require_ok
from scep.errors import ChallengeRefused
from scep.transcript import Outcome, Recorder, Step, StepName, drop
from scep.wire import HttpReply, HttpRequest

_REQUEST = HttpRequest("GET", max_reply_bytes=256 * 1024)


class FetchChallenge(Exchanges[ChallengePage]):
    """Gets the challenge page once. Each get uses up a password on the server."""

    def __init__(self, *, record: Recorder = drop) -> None:
        exchange = Exchange(StepName.CHALLENGE, _REQUEST, self._take)
        super().__init__(exchange, record=record)

    def _take(self, reply: HttpReply) -> None:
        if reply.status in {401, 403}:
            raise ChallengeRefused(
                f"The challenge page refuses access (HTTP {reply.status}).",
                stage=StepName.CHALLENGE,
                hint="Check user name and password, and what sign-in the page wants.",
            )
        require_ok(reply, StepName.CHALLENGE, _REQUEST)
        page = read_page(reply.body, reply.content_type)
        self._record(_step(page, reply))
        self.finish(page)


def _step(page: ChallengePage, reply: HttpReply) -> Step:
    # The page is not quoted: the password stands on it.
    details = [pair for pair in describe_reply(reply) if pair[0] != "Body"]
    if reply.signed_in_by:
        details.append(("Signed in by", reply.signed_in_by))
    if page.ca_thumbprint:
        details.append(("CA thumbprint on the page", page.ca_thumbprint))
    lifetime = f", good for {page.lifetime_minutes} minutes" if page.lifetime_minutes else ""
    kind = "a one-time password" if page.single_use else "a password that serves many times"
    return Step(
        StepName.CHALLENGE,
        Outcome.PASSED,
        f"The challenge page gave {kind}{lifetime}.",
        details=tuple(details),
        duration_ms=reply.elapsed_ms,
    )
