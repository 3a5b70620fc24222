"""Checks that the documents' links, and the alerts' runbooks, lead somewhere.

    python check_links.py [FOLDER]       the repository, or an unpacked archive
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[3]).resolve()


def anchors(document):
    """Of its headings, as built on the web: lower case, no punctuation, - for spaces."""
    text = re.sub(r"^```.*?^```$", "", document.read_text(), flags=re.M | re.S)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
            for heading in re.findall(r"^#+ (.*)$", text, re.M)}


def links(file):
    text = file.read_text()
    if file.suffix == ".md":
        text = re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)
        return re.findall(r"\]\(([^)\s]+)\)", text)
    return re.findall(r"runbook_url: .*imprint_docs }}(/\S+)\"", text)


def main():
    files = [f for pattern in ("*.md", "docs/*.md", "examples/*/*.md") for f in ROOT.glob(pattern)]
    count, broken = 0, []
    for file in files + list(ROOT.glob("config/prometheus/rules.yml")):
        for link in links(file):
            if re.match(r"\w+:", link):
                continue
            path, _, anchor = link.partition("#")
            base = file.parent if file.suffix == ".md" else ROOT / "docs"
            target = base / path.lstrip("/") if path else file
            inside = target.resolve().is_relative_to(ROOT) and target.exists()
            if not inside or (anchor and anchor not in anchors(target)):
                broken.append(f"{file.relative_to(ROOT)}: {link}")
            count += 1
    assert not broken, "these lead nowhere:\n" + "\n".join(broken)
    print(f"{count} links of {len(files)} documents lead somewhere")


main()
