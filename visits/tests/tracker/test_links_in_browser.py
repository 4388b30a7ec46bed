"""Links that lead away from the pages: to another site, or to a file."""

import pytest
from playwright.sync_api import Page

from visits.tests.tracker.pages import (
    assert_nothing_was_sent,
    document,
    event,
    open_counted,
    snippet,
)
from visits.tests.tracker.websites import Collector, Website

OUTBOUND = "Outbound Link: Click"
DOWNLOAD = "File Download"


def show(
    page: Page, collector: Collector, website: Website, body: str, attributes: str = ""
) -> None:
    website.pages["/"] = document(snippet(collector, attributes), body)
    for path in ("/inner", "/paper.pdf", "/notes.odt", "/picture"):
        website.pages[path] = document()
    open_counted(page, collector, website)


@pytest.mark.parametrize(
    "body",
    [
        '<a id="it" href="{there}/docs?token=secret#part">Out</a>',
        '<a href="{there}/docs"><b><i id="it">Out</i></b></a>',
        '<a id="it" href="{there}/docs" target="_blank">Out</a>',
        '<svg width="90" height="90"><a href="{there}/docs">'
        '<rect id="it" width="90" height="90"/></a></svg>',
        '<svg width="90" height="90"><a xlink:href="{there}/docs">'
        '<rect id="it" width="90" height="90"/></a></svg>',
        '<img id="it" src="data:," alt="Out" usemap="#map" width="90" height="90"><map name="map">'
        '<area shape="rect" coords="0,0,90,90" href="{there}/docs"></map>',
        '<p onclick="event.stopPropagation()"><a id="it" href="{there}/docs">Out</a></p>',
        '<my-link><template shadowrootmode="open">'
        '<a id="it" href="{there}/docs">Out</a></template></my-link>',
    ],
    ids=["plain", "nested", "new tab", "svg", "xlink", "image map", "stopped", "web component"],
)
def test_link_to_another_site_counts(
    page: Page, collector: Collector, website: Website, body: str
) -> None:
    show(page, collector, website, body.format(there=collector.origin))

    page.click("#it", force=True)

    sent = collector.next_message()
    assert sent == event(website, "/", OUTBOUND, url=f"{collector.origin}/docs")
    assert collector.posts.empty()


def test_middle_button_and_keyboard_follow_links_too(
    page: Page, collector: Collector, website: Website
) -> None:
    show(page, collector, website, f'<a href="{collector.origin}/docs">Out</a>')
    expected = event(website, "/", OUTBOUND, url=f"{collector.origin}/docs")

    page.click("a", button="middle")
    by_middle_button = collector.next_message()
    page.press("a", "Enter")

    assert by_middle_button == expected
    assert collector.next_message() == expected


def test_link_that_is_faster_than_the_page_s_timers_counts(
    page: Page, collector: Collector, website: Website
) -> None:
    page.add_init_script("window.setTimeout = () => 0")
    show(page, collector, website, '<a href="/paper.pdf">Paper</a>')

    page.click("a")

    url = f"{website.origin}/paper.pdf"
    assert collector.next_message() == event(website, "/", DOWNLOAD, url=url)
    assert_nothing_was_sent(page, collector)


@pytest.mark.parametrize(
    ("attributes", "link", "expected"),
    [
        ("", 'href="/paper.pdf?key=secret"', DOWNLOAD),
        ("", 'href="/paper.PDF"', DOWNLOAD),
        ("", 'href="/picture" download', DOWNLOAD),
        ("", 'href="{there}/paper.pdf"', DOWNLOAD),
        ('data-off="downloads"', 'href="{there}/paper.pdf"', OUTBOUND),
        ('data-off="outbound"', 'href="{there}/paper.pdf"', DOWNLOAD),
        ('data-downloads="odt, pdf"', 'href="/notes.odt"', DOWNLOAD),
        ('data-downloads="odt txt"', 'href="{there}/paper.pdf"', OUTBOUND),
    ],
)
def test_file_counts_once_and_under_the_name_that_says_most(
    page: Page, collector: Collector, website: Website, attributes: str, link: str, expected: str
) -> None:
    there = collector.origin
    show(page, collector, website, f"<a {link.format(there=there)}>File</a>", attributes)

    page.click("a")

    sent = collector.next_message()
    assert sent["name"] == expected
    assert "secret" not in sent["props"]["url"]
    assert collector.posts.empty()


@pytest.mark.parametrize(
    ("attributes", "link"),
    [
        ("", 'href="/inner"'),
        ("", 'href="#part"'),
        ("", 'name="part"'),
        ("", 'href="mailto:ann@example.com"'),
        ("", 'href="javascript:void 0"'),
        ("", 'href="blob:nothing" download'),
        ("", 'href="{there}/docs" onclick="return false"'),
        ("", 'href="/paper.pdf" onclick="event.preventDefault()"'),
        ("", 'href="http://[broken"'),
        ('data-off="outbound"', 'href="{there}/docs"'),
        ('data-off="downloads outbound"', 'href="/paper.pdf"'),
        ('data-downloads="odt"', 'href="/paper.pdf"'),
    ],
)
def test_link_that_stays_or_is_not_followed_sends_nothing(
    page: Page, collector: Collector, website: Website, attributes: str, link: str
) -> None:
    there = collector.origin
    show(page, collector, website, f"<a {link.format(there=there)}>Link</a>", attributes)

    page.click("a")

    assert_nothing_was_sent(page, collector)


def test_right_button_opens_a_menu_and_counts_nothing(
    page: Page, collector: Collector, website: Website
) -> None:
    show(page, collector, website, f'<a href="{collector.origin}/docs">Out</a>')

    page.click("a", button="right")

    assert_nothing_was_sent(page, collector)


def test_link_with_a_name_of_its_own_counts_under_that_name_only(
    page: Page, collector: Collector, website: Website
) -> None:
    body = f'<a href="{collector.origin}/paper.pdf" data-track-event="Paper">Out</a>'
    show(page, collector, website, body)

    page.click("a")

    assert collector.next_message() == event(website, "/", "Paper")
    assert collector.posts.empty()


@pytest.mark.parametrize(
    ("here", "there", "is_outbound"),
    [
        ("example.com", "www.example.com", False),
        ("www.example.com", "example.com", False),
        ("www.example.com", "shop.example.com", False),
        ("shop.example.com", "www.example.com", True),
        ("example.com", "example.org", True),
    ],
)
def test_subdomain_is_part_of_the_site(
    page: Page, collector: Collector, website: Website, here: str, there: str, is_outbound: bool
) -> None:
    port = website.origin.rpartition(":")[2]
    body = f'<a href="http://{there}:{port}/x" target="_blank">Link</a>'
    website.pages["/"] = document(snippet(collector), body)
    website.origin = f"http://{here}:{port}"
    open_counted(page, collector, website)

    page.click("a")

    if is_outbound:
        assert collector.next_message()["name"] == OUTBOUND
    else:
        assert_nothing_was_sent(page, collector)
