"""Opens the page of a real service in Chromium, and uses it as people do: page CHROMIUM SCREENSHOTS.

Leaves pictures of each view in the folder SCREENSHOTS.
"""

import re
import sys
import tempfile
import traceback
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

import away
import camera
import classes
import contract
import teach
import trial
import understand
import versions
from browser import SCHEMES, Page, log_in, sizes
from service import Service

PASSWORD = "correct horse battery"


def cards(page):
    return page.get_by_role("list", name="Predictions").get_by_role("link")


def shows_pictures_with_labels(browser, service, shots):
    with Page(browser, service) as opened:
        page = opened.open()
        expect(cards(page).first).to_be_visible(timeout=20_000)
        page.wait_for_function(
            "() => [...document.querySelectorAll('.card img')].slice(0, 5).every((i) => i.naturalWidth > 0)")
        expect(cards(page).filter(has_text=re.compile("disc|square")).first).to_be_visible()
        expect(page.get_by_role("link", name="Up")).to_be_visible()
        page.screenshot(path=shots / "watch.png")
        assert all(url.startswith(service.url) for url in opened.requests), opened.requests


def shows_new_pictures_without_a_reload(browser, service, shots):
    with Page(browser, service) as opened:
        page = opened.open()
        expect(cards(page).first).to_be_visible()
        service.one_picture("camera/new")
        page.get_by_title("camera/new").click()
        expect(page.get_by_role("heading", name="camera/new")).to_be_visible()


def filters_by_label_and_keeps_that_in_the_address(browser, service, shots):
    with Page(browser, service) as opened:
        page = opened.open()
        expect(cards(page).first).to_be_visible()
        page.get_by_label("Label").select_option("square")
        expect(page).to_have_url(re.compile("label=square"))
        expect(cards(page).first).to_contain_text("square")
        expect(page.locator(".card", has_text="disc")).to_have_count(0)
        page.reload()
        expect(page.get_by_label("Label")).to_have_value("square")
        expect(cards(page).first).to_contain_text("square")


def is_used_by_keys_alone(browser, service, shots):
    with Page(browser, service) as opened:
        page = opened.open()
        expect(cards(page).first).to_be_visible()
        cards(page).first.focus()
        page.keyboard.press("ArrowRight")
        expect(cards(page).nth(1)).to_be_focused()
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("#/understand/"))


def shows_dead_letters_with_their_reasons(browser, service, shots):
    service.send_bytes("camera/broken", b"\xff\xd8\xff\xe0 no picture follows" * 9)
    with Page(browser, service) as opened:
        page = opened.open()
        page.get_by_role("radio", name="Dead letters").check()
        letter = page.get_by_role("list", name="Dead letters").get_by_role("listitem").first
        expect(letter).to_contain_text("Broken image")
        expect(letter).to_contain_text("camera/broken")
        page.screenshot(path=shots / "dead-letters.png")


def holds_still_while_paused(browser, service, shots):
    with Page(browser, service) as opened:
        page = opened.open()
        expect(cards(page).first).to_be_visible()
        page.get_by_role("button", name="Pause").click()
        before = cards(page).count()
        service.one_picture("camera/paused")
        expect(page.locator("p.status", has_text="Paused. 1 new")).to_be_visible()
        assert cards(page).count() == before
        page.get_by_role("button", name="Resume").click()
        expect(page.locator("p.status", has_text="Newest first")).to_be_visible()


def fits_each_width_in_light_and_dark(browser, service, shots):
    for width, scheme in sizes():
        with Page(browser, service, width, scheme) as opened:
            page = opened.open()
            expect(cards(page).first).to_be_visible()
            opened.fits(shots / "watch", full_page=False)


def has_no_finding_of_axe(browser, service, shots):
    for scheme in SCHEMES:
        for path in ("", "#/watch?show=dead_letters"):
            with Page(browser, service, scheme=scheme) as opened:
                page = opened.open(path)
                expect(page.locator(".card, .letter").first).to_be_visible()
                opened.has_no_finding_of_axe()


def goes_on_after_a_restart_of_the_service(browser, service, shots):
    with Page(browser, service) as opened:
        page = opened.open()
        expect(cards(page).first).to_be_visible()
        service.stop()
        expect(page.get_by_text("Not connected")).to_be_visible()
        page.screenshot(path=shots / "not-connected.png")
        service.start()
        expect(page.get_by_role("link", name="Up")).to_be_visible(timeout=30_000)
        service.one_picture("camera/again")
        expect(page.get_by_title("camera/again")).to_be_visible()


def of_view(test):
    """A test of one view, which opens pages by itself."""
    def run(browser, service, shots):
        test(lambda *how, **named: Page(browser, service, *how, **named), service, shots)

    run.__name__ = test.__name__
    return run


def lets_users_in_by_their_password_alone(browser, service, shots):
    line = service.command(
        "users", "password", "ada", "--stdin", stdin=PASSWORD.encode()).stdout.decode()
    service.restart("http:\n  users:\n  " + line)
    try:
        with Page(browser, service) as opened:
            page = opened.open()
            log_in(page, "ada", "a wrong password")
            expect(page.get_by_role("alert")).to_have_text("Name or password is wrong.")
            page.screenshot(path=shots / "login-wrong.png")
            expect(page.get_by_label("Password")).to_be_focused()
            page.keyboard.type(PASSWORD)
            page.keyboard.press("Enter")
            expect(cards(page).first).to_be_visible()
            page.screenshot(path=shots / "logged-in.png")
            page.reload()
            expect(cards(page).first).to_be_visible()
            page.get_by_role("button", name="Log out").click()
            expect(page.get_by_role("heading", name="Log in")).to_be_visible()
            expect(cards(page)).to_have_count(0)
            page.close()  # pictures may still be on their way
            # Refusals that are meant.
            opened.complaints = [each for each in opened.complaints if "401" not in each]
        for width, scheme in sizes((360, 1280)):
            with Page(browser, service, width, scheme) as opened:
                page = opened.open()
                expect(page.get_by_label("Name")).to_be_focused()
                opened.fits(shots / "login", full_page=False)
                opened.has_no_finding_of_axe()
                log_in(page, "ada", PASSWORD)
                expect(cards(page).first).to_be_visible()
                opened.fits(shots / "logged-in", full_page=False)
    finally:
        service.restart()


def shows_lookers_no_buttons_that_they_may_not_use(browser, service, shots):
    line = service.command("users", "password", "lea", "--role", "look", "--stdin",
                           stdin=PASSWORD.encode()).stdout.decode()
    service.restart("http:\n  users:\n  " + line)
    try:
        with Page(browser, service) as opened:
            page = opened.open("#/versions")
            log_in(page, "lea", PASSWORD)
            expect(page.get_by_role("article").get_by_role("heading", name="Recipe")).to_be_visible()
            expect(page.get_by_role("button", name=re.compile("Train|Roll back|Promote"))).to_have_count(0)
            expect(page.get_by_role("link", name="Teach")).to_have_count(0)
            page.get_by_role("link", name="Classes").click()
            expect(page.get_by_role("row").nth(2)).to_be_visible()
            expect(page.get_by_role("button", name=re.compile("Rename|Merge|Retire"))).to_have_count(0)
            page.get_by_role("row").nth(1).get_by_role("button").click()
            expect(page.get_by_role("dialog").get_by_role("img").first).to_be_visible()
            expect(page.get_by_role("button", name="Take out")).to_have_count(0)
    finally:
        service.restart()


TESTS = (
    shows_pictures_with_labels,
    shows_new_pictures_without_a_reload,
    filters_by_label_and_keeps_that_in_the_address,
    is_used_by_keys_alone,
    shows_dead_letters_with_their_reasons,
    holds_still_while_paused,
    fits_each_width_in_light_and_dark,
    has_no_finding_of_axe,
    *map(of_view, versions.TESTS),
    *map(of_view, understand.TESTS),
    *trial.TESTS,
    goes_on_after_a_restart_of_the_service,
    lets_users_in_by_their_password_alone,
    shows_lookers_no_buttons_that_they_may_not_use,
    *contract.TESTS,
)


def run(test, browser, service, shots):
    """1 if it fails."""
    name = test.__name__.replace("_", " ")
    try:
        test(browser, service, shots)
        print("ok  ", name, flush=True)
        return 0
    except Exception:
        traceback.print_exc()
        print("FAIL", name, flush=True)
        return 1


def main(chromium, shots, scratch):
    shots.mkdir(parents=True, exist_ok=True)
    service = Service(scratch)
    failed = 0
    service.start()
    try:
        service.send(service.draw("known", 20), "--label-by-folder")
        service.imprint("retrain", "--wait")
        service.send(service.draw("new", 20))
        with sync_playwright() as playwright:
            # Chromium's own sandbox does not work as root. The camera shows a moving pattern.
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--use-fake-device-for-media-stream"])
            for test in TESTS:
                failed += run(test, browser, service, shots)
            service.stop()
            service = Service(scratch / "empty")
            service.start()
            for test in (*teach.TESTS, *camera.TESTS):
                failed += run(test, browser, service, shots)
            service.stop()
            service = Service(scratch / "labels")
            service.start()
            for test in map(of_view, classes.TESTS):
                failed += run(test, browser, service, shots)
            service.stop()
            with away.stand(scratch / "away") as service:
                for test in away.TESTS:
                    failed += run(test, browser, service, shots)
            browser.close()
    finally:
        service.stop()
    tests = sum(map(len, (TESTS, teach.TESTS, camera.TESTS, classes.TESTS, away.TESTS)))
    print(f"page: {tests - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    expect.set_options(timeout=15_000)
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(main(sys.argv[1], Path(sys.argv[2]), Path(folder)))
