"""Files that programs come back for: with a tag, so that what did not change is not sent again."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response


def tagged(request: HttpRequest, content: bytes, content_type: str, *, cache: str) -> HttpResponse:
    """The content with its ETag, or « not modified » for who has it already. `cache` is who may keep it."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    whole = HttpResponse(content, content_type=content_type)
    answer = get_conditional_response(request, etag=tag, response=whole) or whole
    answer.headers["ETag"] = tag
    answer.headers["Cache-Control"] = cache
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
