"""Pictures by the camera of the device that the page is open on."""

import re

from playwright.sync_api import expect

from browser import Page, sizes

# Keeps what the page gets, to see whether it lets go of it.
STREAMS = """
  window.streams = [];
  const get = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = await get(wanted);
    window.streams.push(stream);
    return stream;
  };"""
STATES = "window.streams.flatMap((stream) => stream.getTracks()).map((track) => track.readyState)"


class CameraPage(Page):
    """A page that may use the camera."""

    def __init__(self, browser, service, *how):
        super().__init__(browser, service, *how)
        self.context.grant_permissions(["camera"], origin=service.url)
        self.page.add_init_script(STREAMS)


def open_camera(page):
    page.get_by_role("button", name="Camera", exact=True).click()
    take = page.get_by_role("button", name="Take a picture")
    expect(take).to_be_enabled()
    return take


def sends_what_the_camera_sees(browser, service, shots):
    with CameraPage(browser, service) as opened:
        page = opened.open("#/teach")
        sent = []
        page.on("request", lambda request: sent.append(request.url) if "/api/v1/images" in request.url else None)
        take = open_camera(page)
        page.get_by_role("dialog").get_by_label("Label for all").fill("pattern")
        take.click()
        picture = page.get_by_role("img", name="The picture that was taken")
        expect(picture).to_be_visible()
        colors = picture.evaluate("""(canvas) => new Set(
          canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data).size""")
        assert colors > 2, "the picture is empty"
        page.get_by_role("button", name="Take another one").click()
        expect(picture).to_be_hidden()
        assert not sent, sent
        page.keyboard.press("Tab")
        page.get_by_role("button", name="Take a picture").press("Enter")
        page.get_by_role("button", name="Send").press("Enter")
        expect(page.get_by_role("dialog").get_by_text("1 of 1 sent")).to_be_visible()
        expect(take).to_be_focused()
        assert page.evaluate(STATES) == ["live"]
        page.get_by_role("button", name="Close").click()
        assert page.evaluate(STATES) == ["ended"]
        assert len(sent) == 1 and re.search(r"id=camera%2F[\dTZ.-]+\.jpg&label=pattern$", sent[0]), sent
        page.get_by_role("link", name="Watch").click()
        expect(page.locator('[title^="camera/20"]').first).to_be_visible(timeout=30_000)


def stops_the_camera_when_another_view_is_opened(browser, service, shots):
    with CameraPage(browser, service) as opened:
        page = opened.open("#/teach")
        open_camera(page)
        assert page.evaluate(STATES) == ["live"]
        page.evaluate("location.hash = '#/watch'")
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert page.evaluate(STATES) == ["ended"]


def says_why_there_is_no_camera(browser, service, shots):
    with Page(browser, service) as opened:  # which nobody has allowed it
        page = opened.open("#/teach")
        page.get_by_role("button", name="Camera", exact=True).click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_text("does not let this page use the camera")).to_be_visible()
        page.screenshot(path=shots / "teach-camera-refused.png")
        opened.has_no_finding_of_axe()
        file = service.draw("device", 1) / "disc" / "device-0.jpg"
        dialog.locator("input[capture]").set_input_files(file)
        expect(dialog.get_by_text("1 of 1 sent")).to_be_visible()


def asks_the_device_for_a_picture_where_there_is_no_preview(browser, service, shots):
    with Page(browser, service) as opened:
        page = opened.page
        page.add_init_script("delete Navigator.prototype.mediaDevices")  # as without https
        opened.open("#/teach")
        expect(page.get_by_text("A camera preview needs https")).to_be_visible()
        sent = []
        page.on("request", lambda request: sent.append(request.url) if "/api/v1/images" in request.url else None)
        page.locator("input[capture]").set_input_files(service.draw("capture", 1) / "disc" / "capture-0.jpg")
        expect(page.get_by_text("1 of 1 sent")).to_be_visible()
        assert re.search("id=camera%2F.*-capture-0.jpg$", sent[0]), sent
        opened.has_no_finding_of_axe()


def fits_and_has_no_finding_of_axe(browser, service, shots):
    for width, scheme in sizes((360, 1280)):
        with CameraPage(browser, service, width, scheme) as opened:
            page = opened.open("#/teach")
            take = open_camera(page)
            opened.fits(shots / "teach-camera", full_page=False)
            opened.has_no_finding_of_axe()
            take.click()
            expect(page.get_by_role("button", name="Send")).to_be_visible()
            opened.fits(shots / "teach-camera-taken", full_page=False)
            opened.has_no_finding_of_axe()


TESTS = (
    sends_what_the_camera_sees,
    stops_the_camera_when_another_view_is_opened,
    says_why_there_is_no_camera,
    asks_the_device_for_a_picture_where_there_is_no_preview,
    fits_and_has_no_finding_of_axe,
)
