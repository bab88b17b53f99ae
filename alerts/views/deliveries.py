"""Monitor > Logs > Alerts: what was sent to whom, and what came of it."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from alerts.forms.deliveries import DeliveryFilterForm
from alerts.queries import deliveries as queries
from device import access
from domain.actions import Action
from webui import htmx
from webui.paging import page_number


@require_safe
@access.requires(Action.READ_ALERTS)
def index(request: HttpRequest) -> HttpResponse:
    """List the deliveries, newest first, page by page."""
    form = DeliveryFilterForm(request.GET)
    context = {
        "form": form,
        "page": queries.page(page_number(request), form.state),
        "is_filtered": bool(form.state),
    }
    return htmx.page_or_fragment(
        request, "alerts/deliveries.html", "alerts/_deliveries.html", context
    )
