"""Which page of a list a request asks for."""

from django.http import HttpRequest


def page_number(request: HttpRequest) -> int:
    """Read the page asked for; nobody turns so many pages that it has more digits."""
    number = request.GET.get("page", "")
    return int(number) if number.isdecimal() and len(number) < 9 else 1
