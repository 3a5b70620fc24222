"""The view in which people try single pictures, with a service that knows some labels."""

import base64
import io
import re

from playwright.sync_api import expect

from browser import Page, sizes
from service import LABELS, picture

ADDRESS = "#/try"
BROKEN = b"\xff\xd8\xff\xe0 no picture follows" * 9


def a_picture(service, label=LABELS[0]):
    file = io.BytesIO()
    picture(label, service.rng).save(file, "JPEG", quality=90)
    return file.getvalue()


def choose(page, content, name="new.jpg"):
    page.locator("input[type=file]").set_input_files(
        [{"name": name, "mimeType": "image/jpeg", "buffer": content}])


def result(page):
    return page.locator("section.try")


def give(page, event, content):
    """A picture that is dropped on the page, or pasted: the event, and the name of its data."""
    page.evaluate(
        """([type, data, content]) => {
          const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
          const transfer = new DataTransfer();
          transfer.items.add(new File([bytes], type + '.jpg', { type: 'image/jpeg' }));
          const Kind = type === 'paste' ? ClipboardEvent : DragEvent;
          document.body.dispatchEvent(new Kind(type, { bubbles: true, [data]: transfer }));
        }""",
        [*event, base64.b64encode(content).decode()])


def tries_a_picture_and_shows_the_answer(browser, service, shots):
    with Page(browser, service) as opened:
        page = opened.open(ADDRESS)
        page.screenshot(path=shots / "try-empty.png")
        for label in LABELS:
            choose(page, a_picture(service, label), f"{label}.jpg")
            expect(result(page).get_by_role("status")).to_have_text(re.compile(rf"^{label}, \d+ %$"))
            expect(result(page)).to_contain_text(f"try/{label}.jpg")
        page.wait_for_function("() => document.querySelector('.try img')?.naturalWidth > 0")
        expect(result(page)).to_contain_text(re.compile(r"\d+ ms in total|\d s in total"))
        expect(result(page).get_by_role("listitem")).to_have_count(len(LABELS))
        page.screenshot(path=shots / "try.png")
        result(page).get_by_role("link", name="Look closer").click()
        expect(page.get_by_role("heading", name=f"try/{LABELS[-1]}.jpg")).to_be_visible()
        page.go_back()
        expect(page.get_by_role("heading", name="Try")).to_be_visible()


def tries_what_is_dropped_or_pasted(browser, service, shots):
    with Page(browser, service) as opened:
        page = opened.open(ADDRESS)
        expect(page.get_by_text("Drop a picture anywhere")).to_be_visible()
        for event in (("drop", "dataTransfer"), ("paste", "clipboardData")):
            give(page, event, a_picture(service, LABELS[1]))
            expect(result(page)).to_contain_text(f"try/{event[0]}.jpg")
            expect(result(page).get_by_role("status")).to_have_text(re.compile(f"^{LABELS[1]}, "))


def says_why_a_picture_was_refused(browser, service, shots):
    with Page(browser, service) as opened:
        page = opened.open(ADDRESS)
        choose(page, BROKEN)
        expect(result(page).get_by_role("status")).to_have_text("Refused")
        expect(result(page)).to_contain_text("Broken image")
        page.screenshot(path=shots / "try-refused.png")
        choose(page, b"a letter", "letter.txt")
        expect(result(page).get_by_role("status")).to_have_text("Not sent")
        expect(result(page)).to_contain_text("not an image")
        opened.complaints.clear()  # the browser reports the refused file, and the picture that is none


def waits_and_says_so_while_nothing_comes(browser, service, shots):
    with Page(browser, service) as opened:
        page = opened.open(ADDRESS)
        page.route("**/api/v1/trials/**", lambda route: route.abort())
        choose(page, a_picture(service))
        expect(result(page)).to_contain_text("Waiting for its prediction")
        expect(result(page)).to_contain_text("trying again")
        page.screenshot(path=shots / "try-waiting.png")
        page.unroute("**/api/v1/trials/**")
        expect(result(page).get_by_role("status")).to_have_text(re.compile(f"^{LABELS[0]}, "))


def says_that_nothing_came_and_waits_again(browser, service, shots):
    with Page(browser, service) as opened:
        page = opened.open(ADDRESS)
        page.route("**/api/v1/trials/**", lambda route: route.fulfill(
            content_type="text/event-stream", body='event: nothing\ndata: {"seconds":300}\n\n'))
        with page.expect_request("**/api/v1/trials/**"):
            choose(page, a_picture(service))
        expect(result(page)).to_contain_text("No prediction within 5 min")
        page.screenshot(path=shots / "try-nothing.png")
        opened.has_no_finding_of_axe()
        page.unroute("**/api/v1/trials/**")
        result(page).get_by_role("button", name="Wait again").click()
        expect(result(page).get_by_role("status").first).to_have_text(re.compile(f"^{LABELS[0]}, "))


def a_trial_fits_each_width_without_a_finding_of_axe(browser, service, shots):
    for width, scheme in sizes():
        with Page(browser, service, width, scheme) as opened:
            page = opened.open(ADDRESS)
            choose(page, a_picture(service), "a-picture-with-a-rather-long-name-of-the-camera-" * 3 + ".jpg")
            expect(result(page).get_by_role("status")).to_have_text(re.compile(f"^{LABELS[0]}, "))
            page.wait_for_function("() => document.querySelector('.try img')?.naturalWidth > 0")
            opened.fits(shots / "try")
            opened.has_no_finding_of_axe()


TESTS = (
    tries_a_picture_and_shows_the_answer,
    tries_what_is_dropped_or_pasted,
    says_why_a_picture_was_refused,
    waits_and_says_so_while_nothing_comes,
    says_that_nothing_came_and_waits_again,
    a_trial_fits_each_width_without_a_finding_of_axe,
)
