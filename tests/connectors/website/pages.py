"""An answer of a site, made by hand."""

import requests


def page(body: str, headers: dict[str, str], status: int = 200) -> requests.Response:
    made = requests.Response()
    made.status_code = status
    made._content = body.encode()
    made.encoding = "utf-8"
    made.headers.update(headers)
    return made
