"""A page in a browser."""

import itertools

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

SCHEMES = ("light", "dark")
WIDTHS = (360, 768, 1280, 2560)


def sizes(widths=WIDTHS):
    """Each width in each scheme."""
    return ((width, scheme) for scheme, width in itertools.product(SCHEMES, widths))


def log_in(page, name, password):
    """By keys: the name has the focus."""
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")


class Page:
    """A browser's page; fails on whatever it complains about."""

    def __init__(self, browser, service, width=1280, scheme="light"):
        self.width, self.scheme = width, scheme
        self.context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        self.service, self.complaints, self.requests = service, [], []
        self.page = self.tab()

    def tab(self):
        """One more of the same browser."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self.hear)
        page.on("request", lambda request: self.requests.append(request.url))
        return page

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

    def fits(self, shot, full_page=True):
        """Leaves a picture, whose name also tells the scheme and width; fails if the page is wider."""
        needed = self.page.evaluate("document.documentElement.scrollWidth")
        self.page.screenshot(path=f"{shot}-{self.scheme}-{self.width}.png", full_page=full_page)
        assert needed <= self.width, f"{shot.name} needs {needed} of {self.width} pixels"

    def has_no_finding_of_axe(self):
        found = Axe().run(self.page)
        assert found.violations_count == 0, found.generate_report()
