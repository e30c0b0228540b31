"""The pages in a real browser (R20): hostile articles run no script, ordinary pages break no policy and log nothing."""

import threading
from pathlib import Path
from urllib.parse import urlencode

import pytest
from werkzeug.serving import make_server

from corpus import article_from_fields
from corpus.readers.base import ParsedArticle
from corpus.readers.files import read_paths
from service.archive import Archive
from service.http.app import create_app
from service.ingest import ingest_many
from service.settings import load_settings
from service.threads import build_threads

pytestmark = pytest.mark.browser

SAMPLE = Path(__file__).parents[1] / "sample" / "archive"
CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()
PWN = "window.__pwned=1;alert(1)"
PAYLOADS = (
    f"</title></textarea></svg></style><script>{PWN}</script>",
    f'"><img src=x onerror="{PWN}">',
    f"' autofocus onfocus='{PWN}' x='",
    f"<svg/onload={PWN}><iframe srcdoc='<script>parent.{PWN}</script>'>",
    f"<style>*{{display:none}}</style><a href='javascript:{PWN}' id=p1>x</a><base href='//a.example'>",
    "\u202e\u202d\u2067" * 30 + "gnp.exe" + "A" * 1500,
)
LANGUAGES = ("en", "ar", None)
WATCH = """
window.__violations = [];
document.addEventListener("securitypolicyviolation", (e) => window.__violations.push(e.violatedDirective));
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The address of a server over the sample archive and articles that are all payload."""
    settings = load_settings({"data": tmp_path_factory.mktemp("pages"), "model": "hashing", "index": "exact"})
    hostile = [
        {"id": f"hostile{n}/{'<b>' * (n % 2)}", "title": payload, "text": f"{payload} {word}\n\n{payload} again",
         "source": payload[:400], "author": payload[:400], "section": payload[:400], "language": LANGUAGES[n % 3],
         "published": f"2024-07-0{n + 1}"}
        for word in ("one", "two") for n, payload in enumerate(PAYLOADS)
        if word == "one" or n == 0
    ]  # fmt: skip
    hostile[-1]["id"] = "hostile-again"
    articles = [found.article for found in read_paths([SAMPLE]) if isinstance(found, ParsedArticle)]
    articles += [article_from_fields(fields)[0] for fields in hostile]
    articles.append(article_from_fields({"id": "untitled", "text": "y" * 100_000})[0])
    with Archive(settings, write=True) as archive:
        list(ingest_many(archive, articles, policy="link"))
        build_threads(archive)
        listening = make_server("127.0.0.1", 0, create_app(archive), threaded=True)
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{listening.port}"
        listening.shutdown()
        thread.join()
        listening.server_close()


@pytest.fixture(scope="module")
def browser():
    missing = "playwright is not installed: pip install playwright"
    playwright = pytest.importorskip("playwright.sync_api", reason=missing)
    if not CHROMIUM.exists():
        pytest.skip("no /usr/bin/chromium: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS, headless=True)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser):
    """A narrow page that notes dialogs, errors and violations; the test fails where there were any."""
    context = browser.new_context(viewport={"width": 390, "height": 800})
    context.add_init_script(WATCH)
    page = context.new_page()
    trouble = []
    page.on("dialog", lambda dialog: (trouble.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("console", lambda message: trouble.append(f"console {message.text} at {page.url}"))
    page.on("pageerror", lambda error: trouble.append(f"error {error} at {page.url}"))
    yield page
    context.close()
    assert not trouble


def look(page, address):
    """Open a page and check that it does what a page may do and no more."""
    assert page.goto(address).status == 200
    page.wait_for_load_state()
    assert page.evaluate("window.__pwned === undefined && window.__violations.length === 0")
    assert page.evaluate("document.scripts.length") == 1
    assert page.evaluate("getComputedStyle(document.body).maxWidth") == "1216px", "no style sheet"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, f"{address} is too wide"
    assert page.locator("main h1").is_visible()
    assert page.locator("iframe, style, base, object, main img, [onerror], [onfocus], [onload]").count() == 0


def linked(page, part):
    found = page.locator("main a").evaluate_all("links => links.map((link) => link.href)")
    return list(dict.fromkeys(link.partition("#")[0] for link in found if part in link))


def test_hostile_articles_run_nothing_on_any_page(page, server):
    for path in ("/", "/duplicates", "/threads"):
        look(page, server + path)
    older = linked(page, "cursor=")
    seen = linked(page, "/threads/t-")
    for address in older:
        look(page, address)
        seen += linked(page, "/threads/t-")
    hostile = set()
    for address in seen[:16]:
        look(page, address)
        hostile.update(link for part in ("/articles", "/why") for link in linked(page, part) if "hostile" in link)
    reasons = {link for link in hostile if "/why" in link}
    assert len(reasons) == len(hostile - reasons) == len(PAYLOADS) + 1
    for address in [*sorted(hostile), f"{server}/articles/untitled"]:
        look(page, address)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_searches_and_filters_run_nothing(page, server, payload):
    page.goto(server)
    page.fill("textarea", payload)
    page.click(".ask button")
    page.wait_for_load_state()
    assert page.input_value("textarea") == payload
    look(page, page.url)
    page.goto(f"{server}/threads")
    page.fill("#f-q", payload[:200])
    page.fill("#f-source", payload[:200])
    page.click(".filter button")
    page.wait_for_load_state()
    assert page.input_value("#f-q") == payload[:200]
    look(page, page.url)


def test_article_page_shows_related_coverage_and_lights_up_the_counterpart(page, server):
    page.goto(f"{server}/threads?q=Orbane+Shares+Sink")
    page.locator("main h2 a").first.click()
    page.locator("main h3 a", has_text="Orbane Shares Sink").first.click()
    page.wait_for_url("**/articles/*")
    look(page, page.url)
    pair = page.locator("aside .pair").first
    paragraph = page.locator(f"#p{pair.get_attribute('data-pair')}")
    pair.hover()
    assert "lit" in paragraph.get_attribute("class")
    page.locator("h1").hover()
    assert "lit" not in paragraph.get_attribute("class")
    paragraph.hover()
    assert "lit" in pair.get_attribute("class")
    pair.locator("a").first.click()
    assert paragraph.evaluate("element => element.matches(':target')")


def test_two_articles_side_by_side_light_up_their_counterparts(page, server):
    page.goto(f"{server}/duplicates")
    page.locator("main .verdicts a", has_text="Side by side").first.click()
    page.wait_for_url("**/alignment/**")
    look(page, page.url)
    one = page.locator("[data-with]").first
    other = page.locator(f"#{one.get_attribute('data-with')}")

    def lit(name):
        return [name in (each.get_attribute("class") or "").split() for each in (one, other)]

    one.hover()
    assert lit("lit") == [True, True]
    page.locator("h1").hover()
    assert lit("lit") == [False, False]
    one.click(position={"x": 40, "y": 10})
    page.locator("h1").hover()
    assert lit("held") == [True, True]
    page.locator("h1").click()
    assert lit("held") == [False, False]
    link = other.locator("a.with")
    link.focus()
    assert lit("lit") == [True, True]
    page.keyboard.press("Enter")
    assert one.evaluate("element => element.matches(':target')")
    left, right = (page.locator(".column").nth(n).bounding_box() for n in (0, 1))
    assert right["y"] > left["y"] + left["height"] - 1, "a phone has one column"
    page.set_viewport_size({"width": 1280, "height": 800})
    left, right = (page.locator(".column").nth(n).bounding_box() for n in (0, 1))
    assert right["x"] > left["x"] + left["width"] - 1


def test_hostile_articles_side_by_side_run_nothing(page, server):
    for pair in ("hostile0/", "hostile-again"), ("hostile2/", "hostile4/"), ("untitled", "hostile5/<b>"):
        look(page, f"{server}/alignment?{urlencode(dict(zip('ab', pair, strict=True)))}")


def test_hostile_differences_run_nothing(page, server):
    for a, b in ("hostile0/", "hostile-again"), ("hostile2/", "hostile4/"), ("untitled", "hostile5/<b>"):
        look(page, f"{server}/diff?{urlencode({'a': a, 'b': b})}")
        look(page, f"{server}/versions?{urlencode({'id': a})}")


def test_a_difference_has_marks_that_do_without_colour(page, server):
    page.goto(f"{server}/duplicates")
    for address in linked(page, "/diff?"):
        look(page, address)
        if page.locator("article del").count() and page.locator("article ins").count():
            break
    for mark, line in (("del", "line-through"), ("ins", "underline")):
        element = page.locator(f"article {mark}").first
        assert line in element.evaluate("element => getComputedStyle(element).textDecorationLine")
        assert element.evaluate("element => getComputedStyle(element).backgroundColor") != "rgba(0, 0, 0, 0)"


def test_new_paragraphs_have_a_bold_mark_that_tells_its_facts(page, server):
    page.goto(f"{server}/threads?at_least=2&until=2024-06-30")
    for thread in linked(page, "/threads/t-"):
        page.goto(thread)
        page.goto([link for link in linked(page, "/articles") if "/why" not in link][-1])
        if page.locator(".mark").count():
            break
    look(page, page.url)
    mark = page.locator(".mark").first
    assert mark.get_attribute("title").startswith("New")
    assert mark.inner_text().strip() == mark.get_attribute("title") + "."
    box = mark.bounding_box()
    assert box["width"] >= 4
    assert box["height"] > 15
    assert box["x"] + box["width"] <= mark.locator("..").bounding_box()["x"] + 1


def test_first_tab_stop_skips_to_the_content(page, server):
    page.goto(server)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_everything_works_without_javascript(browser, server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server)
    page.fill("textarea", "Two passengers were killed when the island ferry Lady Ismay struck the breakwater. " * 30)
    page.click(".ask button")
    page.locator("main h3 a", has_text="Ferry").first.click()
    assert page.locator("aside h2", has_text="Related coverage").is_visible()
    page.locator("aside summary").first.click()
    assert page.locator("aside details[open]").count() == 1
    page.locator("aside a[href*='/alignment/']").first.click()
    page.locator("a.with").first.click()
    assert page.locator(".column p:target").count() == 1
    page.go_back()
    page.go_back()
    page.locator("aside a[href*='/threads/']").first.click()
    assert page.locator(".timeline time").count() >= 1
    page.click("text=Threads")
    page.fill("#f-least", "2")
    page.click(".filter button")
    assert page.locator("ol.threads li").count() >= 1
    context.close()
