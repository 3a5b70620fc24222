"""The view of one picture: why it was predicted, what became of it, and that it is wrong."""

import re

from playwright.sync_api import expect

from browser import sizes
from service import until

READ = 30_000  # the history reads topics


def answer(page):
    return page.get_by_role("region", name="Answer")


def history(page):
    return page.get_by_role("region", name="History")


def opens_from_watch_by_click_and_by_key(open_page, service, shots):
    with open_page() as opened:
        page = opened.open()
        card = page.locator(".card").first
        expect(card).to_be_visible()
        page.get_by_role("button", name="Pause").click()
        image_id = card.get_attribute("title")
        card.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=image_id)).to_be_visible()
        expect(page.get_by_role("img", name="The picture " + image_id)).to_be_visible()
        expect(answer(page).get_by_role("listitem").first).to_contain_text("%")
        near = page.get_by_role("list", name="Similar pictures").get_by_role("listitem")
        expect(near).to_have_count(12)
        expect(near.first.locator("img")).to_have_js_property("complete", True)
        expect(history(page)).to_contain_text("The image arrived", timeout=READ)
        expect(history(page)).to_contain_text(re.compile("Predicted '(disc|square)' with"))
        expect(history(page)).to_contain_text("No version has learned from it", timeout=READ)
        page.screenshot(path=shots / "understand.png", full_page=True)
        address = page.url
        page.go_back()
        expect(page.locator(".card").first).to_be_visible()
        page.locator(".card").first.click()
        expect(page).to_have_url(re.compile("#/understand/"))
    with open_page() as opened:
        page = opened.page
        page.goto(address)  # as somebody does who was sent it
        expect(page.get_by_role("heading", name=image_id)).to_be_visible()


def finds_pictures_by_their_ids(open_page, service, shots):
    service.one_picture("camera 1/ä #7")
    with open_page() as opened:
        page = opened.open("#/understand")
        field = page.get_by_label("Image id")
        field.fill("camera 1/ä #7")
        field.press("Enter")
        expect(page.get_by_role("heading", name="camera 1/ä #7")).to_be_visible()
        field.fill("nobody/knows")
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_text(
            "no prediction, label or dead letter of 'nobody/knows' was found")).to_be_visible()
        page.screenshot(path=shots / "understand-unknown.png")
        opened.complaints.clear()  # the browser reports the 404


def shows_what_learned_from_a_labelled_picture(open_page, service, shots):
    with open_page() as opened:
        page = opened.open()
        page.locator(".card").first.click()
        page.get_by_role("list", name="Similar pictures").get_by_role("link").first.click()
        expect(history(page)).to_contain_text("A version learned from it", timeout=READ)
        expect(history(page)).to_contain_text(re.compile("Labelled '(disc|square)'"))
        page.screenshot(path=shots / "understand-labelled.png", full_page=True)


def shows_why_a_picture_became_a_dead_letter(open_page, service, shots):
    service.send_bytes("camera/torn", b"\xff\xd8\xff\xe0 no picture follows" * 9)
    with open_page() as opened:
        page = opened.open("#/watch?show=dead_letters")
        page.get_by_role("link", name="camera/torn").click()
        expect(history(page)).to_contain_text("Became a dead letter: Broken image", timeout=READ)
        opened.complaints.clear()  # the browser reports that it cannot be decoded


def makes_an_occlusion_map(open_page, service, shots):
    with open_page() as opened:
        page = opened.open()
        page.locator(".card").first.click()
        page.get_by_role("button", name="Make the map").click()
        expect(answer(page).get_by_role("status")).to_contain_text("Made in", timeout=60_000)
        print("      occlusion map:", answer(page).get_by_role("status").inner_text())
        expect(page.locator(".heat-cells span.unknown")).to_have_count(0)
        expect(page.get_by_role("img", name=re.compile("The probability of .* falls to"))).to_be_visible()
        page.screenshot(path=shots / "understand-occlusion.png", full_page=True)
        opened.has_no_finding_of_axe()


def makes_one_occlusion_map_at_a_time(open_page, service, shots):
    with open_page() as first, open_page() as second:
        for opened in (first, second):
            opened.open().locator(".card").first.click()
            expect(opened.page.get_by_role("button", name="Make the map")).to_be_visible()
        first.page.get_by_role("button", name="Make the map").click()
        expect(first.page.locator(".heat-cells span:not(.unknown)").first).to_be_attached()
        second.page.get_by_role("button", name="Make the map").click()
        status = answer(second.page).get_by_role("status")
        expect(status).to_contain_text("makes one at a time")
        second.complaints.clear()  # the browser reports the 429
        first.page.close()  # ends its map

        def made():
            second.page.get_by_role("button", name="Make the map").click()
            second.page.wait_for_timeout(300)
            return "one at a time" not in status.inner_text()

        until("the map of a browser that left has ended", made, 10)
        second.complaints.clear()
        expect(status).to_contain_text("Made in", timeout=60_000)


def says_that_it_is_wrong_by_one_key(open_page, service, shots):
    service.one_picture("camera/mistaken")
    with open_page() as opened:
        page = opened.open("#/understand/camera%2Fmistaken")
        button = page.get_by_role("button", name="This is wrong")
        expect(button).to_be_enabled()
        expect(answer(page).get_by_role("listitem")).to_have_count(2)
        page.keyboard.press("x")
        expect(page.get_by_role("status").first).to_contain_text("What does it show?")
        page.screenshot(path=shots / "understand-wrong.png")
        opened.has_no_finding_of_axe()
        choice = page.get_by_role("group", name="Labels").get_by_role("button", name="square")
        page.keyboard.press(choice.locator("kbd").inner_text())
        expect(page.get_by_role("status").first).to_contain_text("You said: “square”.")
        expect(history(page)).to_contain_text("Said: incorrect", timeout=READ)
        expect(history(page)).to_contain_text("Labelled 'square'", timeout=READ)
        expect(history(page)).to_contain_text(re.compile("by page, because: wrong"))


def fits_each_width_without_a_finding_of_axe(open_page, service, shots):
    for width, scheme in sizes():
        with open_page(width, scheme) as opened:
            page = opened.open("#/understand/camera%2Fmistaken")
            expect(history(page)).to_contain_text("Labelled", timeout=READ)
            expect(page.get_by_role("list", name="Similar pictures")).to_be_visible()
            opened.fits(shots / "understand")
            opened.has_no_finding_of_axe()


TESTS = (
    opens_from_watch_by_click_and_by_key,
    finds_pictures_by_their_ids,
    shows_what_learned_from_a_labelled_picture,
    shows_why_a_picture_became_a_dead_letter,
    makes_an_occlusion_map,
    makes_one_occlusion_map_at_a_time,
    says_that_it_is_wrong_by_one_key,
    fits_each_width_without_a_finding_of_axe,
)
