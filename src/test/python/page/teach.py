"""The view in which people label: from a service that knows nothing to its first version."""

import re
import time

from playwright.sync_api import expect

from browser import Page, sizes
from service import until

PERSON_SECONDS = 0.4
MOST_P95_MS = 100
LEAST_LABELS_A_MINUTE = 60

# Milliseconds from each key to the frame in which the next picture is there, decoded.
TIMING = """() => {
  window.times = [];
  const shown = () => document.querySelector('.teach-picture img')?.dataset.picture;
  addEventListener('keydown', () => {
    const before = shown(), began = performance.now();
    const look = () => {
      const image = document.querySelector('.teach-picture img');
      if (image && image.dataset.picture !== before && image.complete && image.naturalWidth > 0) {
        window.times.push(performance.now() - began);
      } else if (performance.now() - began < 5000) {
        requestAnimationFrame(look);
      }
    };
    requestAnimationFrame(look);
  }, true);
}"""


def current(page):
    return page.locator(".teach-picture img")


def shown_label(page):
    """The label of the picture that is shown, by its name."""
    return re.search("(disc|square)", current(page).get_attribute("alt"))[1]


def waiting(page):
    return page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('imprint.label.')).length")


def new_label(page, label):
    page.keyboard.press("n")
    page.get_by_label("What does the picture show?").fill(label)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)


def answer(page):
    """Presses the key of what the picture shows, as a person does."""
    label = shown_label(page)
    before = current(page).get_attribute("data-picture")
    page.keyboard.press(page.locator(".teach-labels button", has_text=label).locator("kbd").inner_text())
    expect(page.locator(f'[data-picture="{before}"]')).to_have_count(0)


def takes_pictures_and_says_what_is_none(browser, service, shots):
    folder = service.draw("first", 40)
    (folder / "notes.txt").write_text("not a picture")
    with Page(browser, service) as opened:
        page = opened.open("#/teach")
        expect(page.get_by_text("Nothing to label at the moment")).to_be_visible()
        page.screenshot(path=shots / "teach-empty.png")
        page.locator("input[webkitdirectory]").set_input_files(folder)
        expect(page.get_by_text("80 of 81 sent")).to_be_visible(timeout=30_000)
        failed = page.get_by_role("list", name="Not sent")
        expect(failed).to_contain_text("notes.txt")
        expect(failed).to_contain_text("not an image")
        opened.complaints.clear()  # the browser reports the refused file, too
        expect(current(page)).to_be_visible()


def teaches_by_keys_alone_until_a_version_serves(browser, service, shots):
    with Page(browser, service) as opened:
        page = opened.open("#/teach")
        expect(current(page)).to_be_visible()
        first = shown_label(page)
        new_label(page, first)
        while shown_label(page) == first:
            answer(page)
        new_label(page, shown_label(page))
        page.evaluate(TIMING)
        began, count = time.monotonic(), 40
        for _ in range(count):
            pressed = time.monotonic()
            answer(page)
            time.sleep(max(0, PERSON_SECONDS - (time.monotonic() - pressed)))
        a_minute = count * 60 / (time.monotonic() - began)
        times = sorted(page.evaluate("window.times"))
        p95 = times[int(len(times) * 0.95) - 1]
        print(f"      {a_minute:.0f} labels a minute; from key to next picture: median"
              f" {times[len(times) // 2]:.0f} ms, p95 {p95:.0f} ms of {len(times)}")
        assert a_minute >= LEAST_LABELS_A_MINUTE, a_minute
        assert len(times) >= count - 1 and p95 < MOST_P95_MS, times
        page.screenshot(path=shots / "teach.png")
        until("all labels are with Kafka", lambda: waiting(page) == 0)
    service.imprint("retrain", "--wait")
    status = service.imprint("models", "list").stdout.decode()
    assert "v1" in status, status
    service.send(service.draw("second", 20))


def undoes_skips_and_accepts(browser, service, shots):
    with Page(browser, service) as opened:
        page = opened.open("#/teach")
        expect(current(page)).to_be_visible(timeout=30_000)
        while page.get_by_text("No guess yet").count() > 0:  # drawn by chance, from before the version
            before = current(page).get_attribute("data-picture")
            page.keyboard.press("s")
            expect(page.locator(f'[data-picture="{before}"]')).to_have_count(0)
        expect(page.get_by_text("Guess:")).to_be_visible(timeout=30_000)
        first = current(page).get_attribute("data-picture")
        page.keyboard.press("Enter")
        expect(page.locator(f'[data-picture="{first}"]')).to_have_count(0)
        until("it is with Kafka", lambda: waiting(page) == 0)
        page.keyboard.press("u")
        expect(current(page)).to_have_attribute("data-picture", first)
        page.keyboard.press("s")
        expect(page.locator(f'[data-picture="{first}"]')).to_have_count(0)


def tiles(page):
    return page.get_by_role("region", name="Pictures that look alike").get_by_role("button")


def chosen(page):
    return page.locator('.similar [aria-pressed="true"]')


def open_look_alikes(page):
    page.keyboard.press("m")
    expect(tiles(page).nth(3)).to_be_visible()
    expect(tiles(page).first).to_be_focused()


def leave_out_all_but(page, label):
    """The first one by keys, the others by clicks."""
    others = [i for i in range(tiles(page).count()) if label not in tiles(page).nth(i).get_attribute("title")]
    for i in others:
        if i == others[0]:
            for _ in range(i):
                page.keyboard.press("ArrowRight")
            page.keyboard.press("Space")
        else:
            tiles(page).nth(i).click()
        expect(tiles(page).nth(i)).to_have_attribute("aria-pressed", "false")


def sent_labels(page):
    """All that the page sends from now on."""
    sent = []
    page.on("request", lambda request: sent.extend(
        request.post_data_json["labels"] if request.url.endswith("/labels") else []))
    return sent


def labels_pictures_that_look_alike_together(browser, service, shots):
    service.send(service.draw("alike", 30))
    with Page(browser, service) as opened, Page(browser, service) as elsewhere:
        page = opened.open("#/teach")
        expect(current(page)).to_be_visible(timeout=30_000)
        sent = sent_labels(page)
        label = shown_label(page)
        first = current(page).get_attribute("data-picture")
        open_look_alikes(page)
        count = tiles(page).count()
        assert count <= 25, count
        expect(page.get_by_text(f"{count} of {count} will get the label")).to_be_visible()
        page.screenshot(path=shots / "teach-similar.png")
        other = elsewhere.open("#/teach")
        expect(current(other)).to_be_visible(timeout=30_000)
        shown = [tiles(page).nth(i).get_attribute("title") for i in range(count)]
        asked = other.evaluate("fetch('/api/v1/teach/next?count=20&session=other').then((answer) => answer.json())")
        assert asked["pictures"] and not {each["image_id"] for each in asked["pictures"]} & set(shown)

        leave_out_all_but(page, label)
        size = chosen(page).count()
        assert 1 < size <= count, size
        key = page.locator(".teach-labels button", has_text=label).locator("kbd").inner_text()
        page.keyboard.press(key)
        expect(page.get_by_text(f"{size} pictures labelled “{label}”")).to_be_visible()
        expect(tiles(page)).to_have_count(0)
        expect(page.locator(".teach-count")).to_contain_text(f"{size} labelled")
        until("they are with Kafka", lambda: waiting(page) == 0)
        assert len({each["image_id"] for each in sent}) == size, sent
        assert all(label in each["image_id"] and each["label"] == label for each in sent), sent

        page.keyboard.press("u")
        expect(chosen(page)).to_have_count(size)
        expect(tiles(page)).to_have_count(size)
        until("all are taken back", lambda: waiting(page) == 0)
        taken_back = [each["image_id"] for each in sent if each.get("verdict") == "forget"]
        assert len(set(taken_back)) == size, taken_back
        page.keyboard.press("Escape")
        expect(current(page)).to_have_attribute("data-picture", first)
        expect(page.get_by_role("group", name="Question")).to_be_focused()


def puts_aside_what_belongs_to_no_class(browser, service, shots):
    with Page(browser, service) as opened:
        page = opened.open("#/teach")
        expect(current(page)).to_be_visible(timeout=30_000)
        first = current(page).get_attribute("data-picture")
        page.keyboard.press("0")
        expect(page.locator(f'[data-picture="{first}"]')).to_have_count(0)
        expect(page.locator(".teach-count")).to_contain_text("1 put aside")
        page.keyboard.press("u")
        expect(current(page)).to_have_attribute("data-picture", first)
        expect(page.locator(".teach-count")).not_to_contain_text("put aside")
        page.get_by_role("button", name="None of these").click()
        expect(page.locator(f'[data-picture="{first}"]')).to_have_count(0)
        until("what it says is with Kafka", lambda: waiting(page) == 0)
        page.reload()
        expect(current(page)).to_be_visible(timeout=30_000)
        skipped = current(page).get_attribute("data-picture")
        page.keyboard.press("s")
        expect(page.locator(f'[data-picture="{skipped}"]')).to_have_count(0)
        service.stop()
        service.start()
        page.reload()
        expect(current(page)).to_be_visible(timeout=30_000)
        rest = page.evaluate("""async () => {
          const all = [];
          for (let i = 0; i < 12; i++) {
            const answer = await fetch('/api/v1/teach/next?count=20&session=rest');
            all.push(...(await answer.json()).pictures);
          }
          await fetch('/api/v1/teach/next?count=1&session=rest&afresh=yes'); // gives back all but one
          return all.map(({claim}) => `${claim.partition}-${claim.offset}-${claim.sha256}`);
        }""")
        assert len(rest) > 10 and first not in rest and skipped not in rest, rest


def keeps_labels_while_kafka_is_away(browser, service, shots):
    with Page(browser, service) as opened:
        page = opened.open("#/teach")
        expect(current(page)).to_be_visible(timeout=30_000)
        page.route("**/api/v1/labels", lambda route: route.fulfill(
            status=503, content_type="application/problem+json",
            body='{"status": 503, "detail": "Kafka does not answer"}'))
        answer(page)
        answer(page)
        expect(page.get_by_text("2 labels wait in this browser")).to_be_visible()
        page.screenshot(path=shots / "teach-away.png")
        page.reload()
        assert waiting(page) == 2
        page.unroute("**/api/v1/labels")
        until("they are sent", lambda: waiting(page) == 0)
        opened.complaints.clear()  # the browser reports the answers 503


def fits_and_has_no_finding_of_axe(browser, service, shots):
    service.send(service.draw("third", 60))  # each page keeps some for itself
    for width, scheme in sizes((360, 1280, 2560)):
        with Page(browser, service, width, scheme) as opened:
            page = opened.open("#/teach")
            expect(current(page)).to_be_visible(timeout=30_000)
            opened.fits(shots / "teach", full_page=False)
            opened.has_no_finding_of_axe()
            page.keyboard.press("k")
            expect(page.get_by_role("dialog")).to_be_visible()
            opened.has_no_finding_of_axe()
            page.get_by_role("button", name="Close").click()
            while "third" not in current(page).get_attribute("alt"):  # from before a restart: not to be compared
                before = current(page).get_attribute("data-picture")
                page.keyboard.press("s")
                expect(page.locator(f'[data-picture="{before}"]')).to_have_count(0)
                expect(current(page)).to_be_visible()
            open_look_alikes(page)
            tiles(page).nth(1).click()
            expect(page.locator(".similar img").first).to_be_visible()
            page.wait_for_function(
                "() => [...document.querySelectorAll('.similar img')].slice(0, 9).every((i) => i.naturalWidth > 0)")
            opened.fits(shots / "teach-similar", full_page=False)
            opened.has_no_finding_of_axe()
            with page.expect_response("**/teach/return"):
                page.keyboard.press("Escape")


TESTS = (
    takes_pictures_and_says_what_is_none,
    teaches_by_keys_alone_until_a_version_serves,
    undoes_skips_and_accepts,
    labels_pictures_that_look_alike_together,
    puts_aside_what_belongs_to_no_class,
    keeps_labels_while_kafka_is_away,
    fits_and_has_no_finding_of_axe,
)
