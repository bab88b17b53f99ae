"""Hand alerts to servers: the only modules of this package that open sockets."""

from alerts.transport.connecting import Reach, SendFailed
from alerts.transport.sending import Sent, send

__all__ = ["Reach", "SendFailed", "Sent", "send"]
