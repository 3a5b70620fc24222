"""The view of labels: what is wrong with them is found, and put right by clicks."""

import io
import re
import shutil

from playwright.sync_api import expect

from browser import sizes
from service import LABELS, picture, until
from versions import command, confirm, dialog

PARTS = {
    "labels": "Labels",
    "confusions": "Worst confusions",
    "suspects": "Suspicious labels",
    "duplicates": "Duplicates",
    "spellings": "Spelling variants",
}


def file_of(label, rng):
    file = io.BytesIO()
    picture(label, rng).save(file, "JPEG")
    return file.getvalue()


def label(service, image_id, its, who):
    service.imprint("label", image_id, its, "--who", who, "--wait")


def sends_labels_that_are_wrong(service):
    """Two labels that are swapped, a picture that two people label differently, a second spelling."""
    right = service.draw("right", 24)
    for wrong, its in zip(LABELS, reversed(LABELS)):
        moved = right / its / "wrong-0.jpg"
        shutil.move(right / wrong / "right-0.jpg", moved)
    service.send(right, "--label-by-folder")
    twice = file_of(LABELS[0], service.rng)
    for image_id, its, who in (("twice/a", LABELS[0], "ada"), ("twice/b", LABELS[1], "ben")):
        service.send_bytes(image_id, twice)
        label(service, image_id, its, who)
    for number in range(2):
        service.send_bytes(f"spelling/{number}", file_of(LABELS[1], service.rng))
        label(service, f"spelling/{number}", LABELS[1].title(), "ben")
    service.imprint("retrain", "--wait")


def open_part(opened, name):
    page = opened.open("#/classes/" + name)
    expect(page.get_by_role("heading", name=PARTS[name], exact=True)).to_be_visible()
    return page


def row(page, name):
    return page.get_by_role("row").filter(has=page.get_by_role("button", name=name, exact=True))


def labelled(service, image_id):
    """What the command line says that its label is; empty if it has none."""
    events = service.imprint("labels", "show", image_id, "--json").stdout.decode()
    said = re.findall(r'"what"\s*:\s*"(?:labelled \'([^\']*)\'|removed from what is learned)', events)
    return said[-1]


def lists_labels_thin_ones_first(open_page, service, shots):
    sends_labels_that_are_wrong(service)
    with open_page() as opened:
        page = open_part(opened, "labels")
        names = page.locator("table.labels tbody th button")
        expect(names.first).to_have_text(LABELS[1].title())
        expect(row(page, LABELS[1].title())).to_contain_text("Needs 1 more")
        expect(row(page, LABELS[0])).to_contain_text("Learned")
        expect(row(page, LABELS[0])).to_contain_text(re.compile(r"[01]\.\d\d–[01]\.\d\d"))
        page.screenshot(path=shots / "classes-labels.png", full_page=True)
        row(page, LABELS[0]).get_by_role("button", name=LABELS[0], exact=True).click()
        expect(dialog(page).get_by_role("heading", name="Pictures of " + LABELS[0])).to_be_visible()
        page.wait_for_function(
            "() => [...document.querySelectorAll('dialog img')].slice(0, 3).every((i) => i.naturalWidth > 0)")
        page.screenshot(path=shots / "classes-pictures.png")


def puts_a_wrong_label_right(open_page, service, shots):
    with open_page() as opened:
        page = open_part(opened, "suspects")
        found = page.get_by_role("listitem").filter(has_text=f"{LABELS[0]}/wrong-0.jpg")
        expect(found).to_be_visible(timeout=60_000)
        page.screenshot(path=shots / "classes-suspects.png", full_page=True)
        image_id = found.locator(".labelled-id").inner_text()
        found.get_by_role("button", name="It is " + LABELS[1]).click()
        expect(found).to_contain_text("Now " + LABELS[1])
        until("the label is right", lambda: labelled(service, image_id) == LABELS[1])

        # Nothing on Kafka changes by what is kept; the browser remembers it.
        kept = page.get_by_role("listitem").filter(has_text=f"{LABELS[1]}/wrong-0.jpg")
        kept.get_by_role("button", name="Keep " + LABELS[1]).click()
        expect(kept).to_contain_text("Accepted")
        page.reload()
        expect(page.get_by_text("1 that you kept are hidden")).to_be_visible()
        expect(kept).to_have_count(0)


def shows_confusions_with_their_pictures(open_page, service, shots):
    with open_page() as opened:
        page = open_part(opened, "confusions")
        found = page.get_by_role("article").first
        expect(found.get_by_role("heading")).to_have_text(re.compile("(disc|square) taken for (disc|square)"))
        expect(found).to_contain_text(re.compile(r"\d+ of \d+ pictures"))
        expect(page.get_by_role("article").get_by_role("listitem").first).to_be_visible(timeout=60_000)
        page.screenshot(path=shots / "classes-confusions.png", full_page=True)


def takes_a_duplicate_out(open_page, service, shots):
    with open_page() as opened:
        page = open_part(opened, "duplicates")
        found = page.get_by_role("article").first
        expect(found.get_by_role("heading")).to_have_text(" ".join(LABELS).replace(" ", ", "), timeout=60_000)
        expect(found).to_contain_text("the same file")
        page.screenshot(path=shots / "classes-duplicates.png", full_page=True)
        second = found.get_by_role("listitem").filter(has_text="twice/b")
        second.get_by_role("button", name="Take out …").click()
        expect(dialog(page)).to_contain_text("twice/b")
        dialog(page).get_by_role("button", name="Take out", exact=True).click()
        expect(second).to_contain_text("Taken out")
        until("it is taken out", lambda: labelled(service, "twice/b") == "")


def merges_spellings_after_a_dry_run(open_page, service, shots):
    with open_page() as opened:
        page = open_part(opened, "spellings")
        other = LABELS[1].title()
        expect(page.get_by_role("article")).to_contain_text(f"{other} and {LABELS[1]} look like spellings")
        page.screenshot(path=shots / "classes-spellings.png", full_page=True)
        page.get_by_role("button", name=f"Merge into {LABELS[1]} …").click()
        expect(dialog(page)).to_contain_text(f"Merge '{other}' into '{LABELS[1]}': 2 labelled pictures.")
        expect(dialog(page)).to_contain_text("A training starts.")
        page.screenshot(path=shots / "classes-merge.png")
        confirm(page, "Merge")
        expect(command(page, f"Merge '{other}' into '{LABELS[1]}'")).to_contain_text("Done", timeout=60_000)
        expect(page.get_by_text("No two labels look like spellings of one.")).to_be_visible()
    # Another version may serve then, so a change that was decided before would be refused.
    until("the training has ended", lambda: b"v3-" in service.imprint("models", "list").stdout)


def renames_by_keys_and_retires(open_page, service, shots):
    with open_page() as opened:
        page = open_part(opened, "labels")
        page.get_by_role("button", name=f"Rename {LABELS[0]} …").focus()
        page.keyboard.press("Enter")
        expect(dialog(page).get_by_label("New name")).to_be_focused()
        page.keyboard.type("round disc")
        page.keyboard.press("Enter")
        expect(dialog(page)).to_contain_text(re.compile("A new version takes the place of v"))
        page.screenshot(path=shots / "classes-rename.png")
        confirm(page, "Rename")
        expect(command(page, f"Rename '{LABELS[0]}'")).to_contain_text(
            re.compile("v.*takes the place"), timeout=60_000)
        expect(row(page, "round disc")).to_contain_text("was " + LABELS[0])
        page.screenshot(path=shots / "classes-renamed.png", full_page=True)

        page.get_by_role("button", name=f"Rename {LABELS[1]} …").click()
        dialog(page).get_by_label("New name").fill("round disc")
        page.keyboard.press("Enter")
        expect(dialog(page)).to_contain_text("It would be refused: there is a label 'round disc' already")
        page.keyboard.press("Escape")

        page.get_by_role("button", name="Rename round disc …").click()
        dialog(page).get_by_label("New name").fill(LABELS[0])
        page.keyboard.press("Enter")
        confirm(page, "Rename")
        expect(row(page, LABELS[0])).to_be_visible(timeout=60_000)

        page.get_by_role("button", name=f"Retire {LABELS[1]} …").click()
        expect(dialog(page)).to_contain_text(re.compile("labelled pictures stay, but will not be learned from"))
        confirm(page, "Retire")
        expect(row(page, LABELS[1])).to_contain_text("Retired", timeout=60_000)
        page.get_by_role("button", name=f"Restore {LABELS[1]} …").click()
        expect(dialog(page)).to_contain_text("The next training run learns it.")
        confirm(page, "Restore")
        expect(row(page, LABELS[1])).to_contain_text("Waits for a training run", timeout=60_000)


def classes_fit_each_width_without_a_finding_of_axe(open_page, service, shots):
    for width, scheme in sizes():
        for part in PARTS:
            with open_page(width, scheme) as opened:
                page = open_part(opened, part)
                expect(page.get_by_text(re.compile("Loading|Reading|Reviewing"))).to_have_count(0)
                opened.fits(shots / f"classes-{part}")
                opened.has_no_finding_of_axe()


TESTS = (
    lists_labels_thin_ones_first,
    puts_a_wrong_label_right,
    shows_confusions_with_their_pictures,
    takes_a_duplicate_out,
    merges_spellings_after_a_dry_run,
    renames_by_keys_and_retires,
    classes_fit_each_width_without_a_finding_of_axe,
)
