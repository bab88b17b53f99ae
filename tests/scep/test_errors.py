"""Errors carry their step, fact, hint and exit code."""

import pytest

from scep import errors
from scep.errors import EnrollmentRefused, FailureReason, HttpRefused, ScepError
from scep.transcript import StepName
from scep.vocabulary import FailInfo


@pytest.mark.parametrize(
    ("kind", "exit_code"),
    [
        (errors.TransportFailed, 6),
        (errors.MalformedReply, 6),
        (errors.NotTrusted, 5),
        (errors.ChallengeRefused, 4),
        (errors.UnusableRequest, 2),
    ],
)
def test_each_kind_of_error_has_its_exit_code(kind: type[ScepError], exit_code: int) -> None:
    error = kind("It failed.", stage=StepName.TLS, hint="Try.", details=(("A", "b"),))

    assert (error.exit_code, str(error), error.fact) == (exit_code, "It failed.", "It failed.")
    assert (error.stage, error.hint, error.details) == (StepName.TLS, "Try.", (("A", "b"),))


@pytest.mark.parametrize(
    ("way", "stages"),
    [
        (
            errors.TransportFailed,
            (
                errors.NameNotResolved,
                errors.AddressRefused,
                errors.NotConnected,
                errors.TlsFailed,
                errors.AnswerBroken,
                errors.HungUp,
            ),
        ),
        (errors.HttpRefused, (errors.RedirectRefused,)),
        (
            errors.MalformedReply,
            (
                errors.CapabilitiesUnusable,
                errors.CaCertificateUnusable,
                errors.RecipientUnusable,
                errors.NextCaUnusable,
                errors.ReplyUnreadable,
                errors.ReplyUndecipherable,
            ),
        ),
        (
            errors.NotTrusted,
            (
                errors.FingerprintMismatch,
                errors.ChainNotTrusted,
                errors.Downgraded,
                errors.TooWeak,
                errors.ReplyNotVerified,
                errors.NotOurCertificate,
                errors.CrlNotTrusted,
            ),
        ),
        (
            errors.UnusableRequest,
            (
                errors.UrlUnusable,
                errors.TlsSettingsUnusable,
                errors.FingerprintUnusable,
                errors.CsrUnusable,
                errors.ChallengeMissing,
                errors.SignerUnusable,
                errors.RenewalUnavailable,
            ),
        ),
    ],
)
def test_code_that_reacts_catches_every_stage_of_its_way(
    way: type[ScepError], stages: tuple[type[ScepError], ...]
) -> None:
    assert all(issubclass(stage, way) for stage in stages)
    assert all(stage.exit_code == way.exit_code for stage in stages)


def test_an_http_error_keeps_its_status() -> None:
    error = HttpRefused("HTTP 404.", stage=StepName.CACERT, status=404)

    assert (error.status, error.exit_code) == (404, 6)


def test_a_refusal_keeps_what_the_server_said() -> None:
    reason = FailureReason(FailInfo.BAD_REQUEST, "wrong password", 0x80070057)
    error = EnrollmentRefused("Refused.", stage=StepName.PKIOPERATION, reason=reason)

    assert (error.fail_info, error.fail_info_text) == (FailInfo.BAD_REQUEST, "wrong password")
    assert (error.hresult, error.exit_code) == (0x80070057, 4)
