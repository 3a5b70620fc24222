"""The story of the view of versions: train by clicks, see it come, roll back, promote again."""

import re

from playwright.sync_api import expect

from browser import SCHEMES, sizes

ADDRESS = "#/versions"


def rows(page):
    return page.get_by_role("navigation", name="Versions, newest first").get_by_role("listitem")


def row(page, version):
    return rows(page).filter(has=page.get_by_text(version, exact=True))


def dialog(page):
    return page.get_by_role("dialog")


def command(page, name):
    return page.get_by_role("region", name="Commands").get_by_role("listitem").filter(has_text=name).first


def confirm(page, name):
    expect(dialog(page).get_by_text("This will happen")).to_be_visible()
    dialog(page).get_by_role("button", name=name, exact=True).click()
    expect(dialog(page)).to_have_count(0)


def trains_rolls_back_and_promotes_by_clicks(open_page, service, shots):
    with open_page() as opened:
        page = opened.open(ADDRESS)
        expect(rows(page)).to_have_count(1)
        page.get_by_role("button", name="Train …").click()
        dialog(page).get_by_label("Even without new labels").check()
        expect(dialog(page).get_by_text("It serves only if the gate finds it no worse than v1")).to_be_visible()
        page.screenshot(path=shots / "versions-train.png")
        confirm(page, "Train")
        training = command(page, "Training of a head")
        expect(training).to_contain_text(re.compile("epoch|Running|Done|Refused"))
        expect(training).to_contain_text(re.compile("v2-.*macro F1"), timeout=120_000)
        expect(rows(page)).to_have_count(2)

        # Whatever the gate says: both serve in turn.
        if row(page, "v2").get_by_text("Serves").count() == 0:
            row(page, "v2").get_by_role("link").click()
            page.get_by_role("button", name="Promote …").click()
            confirm(page, "Promote")
        expect(row(page, "v2")).to_contain_text("Serves")
        expect(page.get_by_role("banner")).to_contain_text("v2")

        page.get_by_role("button", name="Roll back …").click()
        expect(dialog(page)).to_contain_text(re.compile("v1-.* serves again in place of v2-"))
        page.screenshot(path=shots / "versions-rollback.png")
        confirm(page, "Roll back")
        expect(command(page, "Rollback")).to_contain_text("rolled back")
        expect(page.get_by_role("status")).to_contain_text(re.compile("Rollback: v1-.*rolled back"))
        expect(row(page, "v1")).to_contain_text("Serves")
        expect(row(page, "v2")).to_contain_text("Rolled back")
        expect(page.get_by_role("banner")).to_contain_text("v1")
        page.screenshot(path=shots / "versions-rolled-back.png", full_page=True)

        row(page, "v2").get_by_role("link").click()
        page.get_by_role("button", name="Promote …").click()
        confirm(page, "Promote")
        expect(row(page, "v2")).to_contain_text("Serves")
        expect(row(page, "v1")).to_contain_text("Served before")


def shows_how_a_fine_tuning_goes_on(open_page, service, shots):
    with open_page() as opened:
        page = opened.open(ADDRESS)
        expect(rows(page)).to_have_count(2)
        page.get_by_role("button", name="Train …").click()
        dialog(page).get_by_label("Also the network’s last layers").check()
        confirm(page, "Train")
        tuning = command(page, "Fine-tuning")
        expect(tuning.get_by_role("progressbar")).to_be_visible(timeout=60_000)
        expect(tuning).to_contain_text("Running")
        page.screenshot(path=shots / "versions-progress.png")
        expect(tuning).to_contain_text(re.compile("v3-.*fine-tuned: .* layers"), timeout=120_000)
        expect(row(page, "v3")).to_contain_text("Fine-tuned")


def shows_why_a_decision_would_be_refused(open_page, service, shots):
    with open_page() as opened:
        page = opened.open(ADDRESS)
        expect(rows(page).first).to_be_visible()
        serving = page.evaluate("fetch('/api/v1/versions').then(a => a.json()).then(a => a.rollout.serving)")
        refused = page.evaluate(
            "version => fetch(`/api/v1/versions/${version}/promotion`).then(a => a.json())", serving)
        assert refused["refusal"] == serving + " is already serving", refused


def shows_a_version_by_its_address(open_page, service, shots):
    with open_page() as opened:
        page = opened.open(ADDRESS)
        page.get_by_role("link", name=re.compile("^v1")).click()
        expect(page).to_have_url(re.compile("#/versions/v1-"))
        address = page.url
    with open_page() as opened:
        page = opened.page
        page.goto(address)
        article = page.get_by_role("article")
        expect(article.get_by_role("heading", level=2)).to_contain_text("v1-")
        for part in ("Confusion matrix", "Reliability", "Recipe", "Changes"):
            expect(article.get_by_role("heading", name=part)).to_be_visible()
        expect(article.get_by_role("region", name="Confusion matrix")).to_contain_text("square")
        expect(article.get_by_role("img", name=re.compile("Reliability curve"))).to_be_visible()
        expect(article.get_by_text("It is the first version.")).to_be_visible()
        page.screenshot(path=shots / "versions-detail.png", full_page=True)


def versions_are_chosen_and_decided_about_by_keys_alone(open_page, service, shots):
    with open_page() as opened:
        page = opened.open(ADDRESS)
        expect(row(page, "v1")).to_be_visible()
        page.get_by_role("button", name="Roll back …").focus()
        page.keyboard.press("Enter")
        expect(dialog(page)).to_be_visible()
        expect(dialog(page).get_by_text("This will happen")).to_be_visible()
        page.keyboard.press("Escape")
        expect(dialog(page)).to_have_count(0)
        expect(page.get_by_role("button", name="Roll back …")).to_be_focused()
        row(page, "v1").get_by_role("link").focus()
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("#/versions/v1-"))
        expect(page.get_by_role("article").get_by_role("heading", level=2)).to_contain_text("v1-")


def versions_fit_each_width_without_a_finding_of_axe(open_page, service, shots):
    for width, scheme in sizes():
        with open_page(width, scheme) as opened:
            page = opened.open(ADDRESS)
            expect(page.get_by_role("article").get_by_role("heading", name="Recipe")).to_be_visible()
            expect(page.get_by_text("Comparing …")).to_have_count(0)
            opened.fits(shots / "versions")
            opened.has_no_finding_of_axe()
    for scheme in SCHEMES:
        with open_page(scheme=scheme) as opened:
            page = opened.open(ADDRESS)
            for button in ("Train …", "Roll back …"):
                page.get_by_role("button", name=button).click()
                expect(dialog(page).get_by_text("This will happen")).to_be_visible()
                opened.has_no_finding_of_axe()
                page.keyboard.press("Escape")


TESTS = (
    trains_rolls_back_and_promotes_by_clicks,
    shows_how_a_fine_tuning_goes_on,
    shows_why_a_decision_would_be_refused,
    shows_a_version_by_its_address,
    versions_are_chosen_and_decided_about_by_keys_alone,
    versions_fit_each_width_without_a_finding_of_axe,
)
