"""A page in a browser."""


class Page:
    """A browser's page; fails on whatever it complains about."""

    def __init__(self, browser, service, width=1280, scheme="light"):
        self.context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        self.page = self.context.new_page()
        self.service, self.complaints, self.requests = service, [], []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self.hear)
        self.page.on("request", lambda request: self.requests.append(request.url))

    def hear(self, message):
        # The browser itself complains about a connection that breaks off, which some tests do.
        if message.type in ("error", "warning") and "net::ERR" not in message.text:
            self.complaints.append(message.text)

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.context.close()
        if failure[0] is None:
            assert not self.complaints, self.complaints

    def open(self, path=""):
        self.page.goto(self.service.url + "/" + path)
        return self.page
