"""The challenge page, looked at without taking a password from it."""

from scep.client.fetch_challenge import refused
from scep.client.session import Exchange, Exchanges, require_ok
from scep.transcript import Outcome, Recorder, Step, StepName, drop
from scep.wire import HttpReply, HttpRequest

_REQUEST = HttpRequest("HEAD", max_reply_bytes=0)
_NO_HEAD = frozenset({405, 501})


class ProbeChallenge(Exchanges[int]):
    """Signs in to the challenge page by HEAD: the server makes no page, so nobody sees a password.

    The result is the HTTP status. Whether a server that knows no HEAD takes the user stays open.
    """

    def __init__(self, *, record: Recorder = drop) -> None:
        exchange = Exchange(StepName.CHALLENGE, _REQUEST, self._take)
        super().__init__(exchange, record=record)

    def _take(self, reply: HttpReply) -> None:
        if reply.status in {401, 403}:
            raise refused(reply.status)
        if reply.status in _NO_HEAD:
            self._record(_left_open(reply))
            self.finish(reply.status)
            return
        require_ok(reply, StepName.CHALLENGE, _REQUEST)
        self._record(_reached(reply))
        self.finish(reply.status)


def _reached(reply: HttpReply) -> Step:
    user = f"took the user, signed in by {reply.signed_in_by}" if reply.signed_in_by else "answers"
    return Step(
        StepName.CHALLENGE,
        Outcome.PASSED,
        f"The challenge page {user}. Asked by HEAD: no password was fetched.",
        "Whether a password is to be had, only fetching the page tells.",
        details=(
            ("HTTP status", str(reply.status)),
            ("Content type", reply.content_type or "none"),
        ),
        duration_ms=reply.elapsed_ms,
    )


def _left_open(reply: HttpReply) -> Step:
    return Step(
        StepName.CHALLENGE,
        Outcome.WARNED,
        f"The challenge page is there and knows no HEAD (HTTP {reply.status}): whether the user "
        "and the password are right is open.",
        "Test again and let it fetch the page; that uses up one password.",
        details=(("HTTP status", str(reply.status)),),
        duration_ms=reply.elapsed_ms,
    )
