"""What is kept to look after the CAs of SCEP profiles between two commits."""

from django.db import models


class AuthorityWatch(models.Model):
    """How the CA of a profile does since it was last asked, by the worker or an admin.

    Attributes:
        tried_at: when its server was asked last, whatever came of it.
        problem: what is wrong with the answer, or why there is none; empty when all is well.
        hint: what to do about it; may be empty.
        next_bundle: the certificates that its present CA announces, as JSON; empty without any.
        takes_over: when they take the place of the present ones.
    """

    profile_uuid = models.UUIDField(primary_key=True)
    tried_at = models.DateTimeField()
    problem = models.TextField(default="")
    hint = models.TextField(default="")
    next_bundle = models.TextField(default="")
    takes_over = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"watch over the CA of profile {self.profile_uuid}"
