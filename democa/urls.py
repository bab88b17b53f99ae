"""Where the demo CA answers; the paths of NDES, in any case, as IIS takes them."""

import re

from django.urls import include, path, re_path

from democa import views


def _any_case(pattern: str) -> str:
    """Make a pattern match in any case; Django cannot reverse URLs beside an inline (?i)."""
    return "^" + re.sub("[a-z]", lambda letter: f"[{letter[0]}{letter[0].upper()}]", pattern) + "$"


routes = [
    path("", views.overview, name="overview"),
    path("fault", views.fault, name="fault"),
    path("passwords", views.bound_password, name="bound_password"),
    path("demo-root-ca.pem", views.root_certificate, name="root"),
    re_path(r"^ca/(?P<generation>[0-9]{1,4})\.pem$", views.ca_certificate, name="ca"),
    re_path(r"^ca/(?P<generation>[0-9]{1,4})\.crl$", views.revocation_list, name="crl"),
    path("ca/make-next", views.make_next, name="make_next"),
    path("ca/take-over", views.take_over, name="take_over"),
    path("ca/root", views.send_root, name="send_root"),
    re_path(
        r"^requests/(?P<request_id>[0-9]{1,18})/(?P<decision>approve|reject)$",
        views.decide,
        name="decide",
    ),
    re_path(r"^certificates/(?P<certificate_id>[0-9]{1,18})/revoke$", views.revoke, name="revoke"),
    # Named first: what reverse() gives is the URL people copy.
    path("certsrv/mscep/", views.scep, name="scep"),
    path("CertSrv/mscep_admin/", views.mscep_admin, name="mscep_admin"),
    re_path(_any_case(r"certsrv/mscep(?:/mscep\.dll)?(?:/pkiclient\.exe)?/?"), views.scep),
    re_path(_any_case(r"certsrv/mscep_admin/?"), views.mscep_admin),
    # Where clients go that were given a server without a path (RFC 8894 section 4.1).
    re_path(_any_case(r"cgi-bin/pkiclient\.exe"), views.scep),
]

urlpatterns = [path("", include((routes, "democa")))]

handler400 = views.bad_request
handler404 = views.not_found
handler500 = views.failed
