"""Options of the script's tag that decide what is counted, and as which page."""

import pytest
from playwright.sync_api import Page

from visits.tests.tracker.pages import (
    STUB,
    assert_nothing_was_sent,
    document,
    engagement,
    event,
    message,
    open_counted,
    snippet,
)
from visits.tests.tracker.websites import Collector, Website

KEEPS_ENGAGEMENT = True

# The part behind #


def test_route_behind_the_hash_is_a_page(
    page: Page, collector: Collector, website: Website
) -> None:
    website.pages["/"] = document(snippet(collector, "data-hash"))

    page.goto(f"{website.origin}/?from=letter#/start")
    first = collector.next_message()
    page.evaluate("location.hash = '#!/settings?tab=1'")
    second = collector.next_message()
    page.evaluate("track('Saved')")

    assert first == message(website, "/?from=letter#/start")
    assert second["url"] == f"{website.origin}/?from=letter#!/settings?tab=1"
    assert collector.next_message()["url"] == second["url"]


@pytest.mark.parametrize("fragment", ["#part", "#", "#/start?sort=name"])
def test_place_within_a_route_is_no_page(
    page: Page, collector: Collector, website: Website, fragment: str
) -> None:
    website.pages["/"] = document(snippet(collector, "data-hash"))
    start = "/#/start" if "start" in fragment else "/"
    open_counted(page, collector, website, start)

    page.evaluate("fragment => history.replaceState({}, '', fragment)", fragment)

    assert_nothing_was_sent(page, collector)


def test_way_back_to_a_route_tells_how_the_other_was_read(
    page: Page, collector: Collector, website: Website
) -> None:
    website.pages["/"] = document(snippet(collector, "data-hash"), "Short")
    page.add_init_script("window.seconds = 0; performance.now = () => seconds * 1000")
    page.add_init_script("document.hasFocus = () => true")
    open_counted(page, collector, website, "/#/a")
    page.evaluate("location.hash = '#/b'")
    collector.next_message()

    page.evaluate("seconds = 3; history.back()")

    assert collector.next_messages(2) == [
        message(website, "/#/a", referrer="/#/b"),
        engagement(website, "/#/b", 3000, 100),
    ]


# Views by hand


def test_page_that_counts_by_hand_counts_nothing_by_itself(
    page: Page, collector: Collector, website: Website
) -> None:
    website.pages["/"] = document(snippet(collector, "data-manual"))

    page.goto(website.origin)
    page.evaluate("history.pushState({}, '', '/a'); track('Early', {props: {at: 'first'}})")
    assert_nothing_was_sent(page, collector)
    page.evaluate("track('pageview')")

    assert collector.next_messages(2) == [
        message(website, "/a"),
        event(website, "/a", "Early", at="first"),
    ]


def test_page_gives_a_view_another_address_that_its_events_share(
    page: Page, collector: Collector, website: Website
) -> None:
    website.pages["/orders/4711"] = document(snippet(collector, "data-manual"), "Short")
    page.add_init_script("window.seconds = 0; performance.now = () => seconds * 1000")
    page.add_init_script("document.hasFocus = () => true")
    page.goto(f"{website.origin}/orders/4711")

    page.evaluate("track('pageview', {url: '/orders/:id', props: {plan: 'pro'}}); track('Paid')")
    both = collector.next_messages(2)
    page.evaluate("seconds = 2; track('pageview', {url: '/thanks'})")
    left = collector.next_messages(2)

    assert both == [
        message(website, "/orders/:id", props={"plan": "pro"}),
        event(website, "/orders/:id", "Paid"),
    ]
    assert left == [
        message(website, "/thanks", referrer="/orders/:id"),
        engagement(website, "/orders/:id", 2000, 100),
    ]


@pytest.mark.parametrize("attributes", ["", "data-manual"])
def test_view_that_the_page_asks_for_early_is_not_counted_twice(
    page: Page, collector: Collector, website: Website, attributes: str
) -> None:
    calls = "<script>track('Early'); track('pageview', {props: {plan: 'pro'}})</script>"
    website.pages["/"] = document(STUB + calls + snippet(collector, attributes))

    page.goto(website.origin)

    assert collector.next_messages(2) == [
        message(website, "/", props={"plan": "pro"}),
        event(website, "/", "Early"),
    ]
    assert_nothing_was_sent(page, collector)


def test_view_by_hand_waits_until_somebody_looks(
    page: Page, collector: Collector, website: Website
) -> None:
    website.pages["/"] = document(snippet(collector, "data-manual"))
    page.add_init_script("Object.defineProperty(document, 'hidden', {get: () => !window.isShown})")
    page.goto(website.origin)
    page.evaluate("track('First'); track('pageview'); track('Second')")
    assert_nothing_was_sent(page, collector)

    page.evaluate("isShown = true; document.dispatchEvent(new Event('visibilitychange'))")

    names = [sent.get("name") for sent in collector.next_messages(3)]
    assert names == [None, "First", "Second"]


# Which paths are counted


@pytest.mark.parametrize(
    ("attributes", "path", "is_counted"),
    [
        ('data-exclude="/admin"', "/admin", False),
        ('data-exclude="/admin"', "/admin?tab=1", False),
        ('data-exclude="/admin"', "/admin/users", True),
        ('data-exclude="/admin/*"', "/admin/users", False),
        ('data-exclude="/admin/*"', "/admin/users/1", True),
        ('data-exclude="/admin/**"', "/admin/users/1", False),
        ('data-exclude="/admin/**"', "/help/admin/1", True),
        ('data-exclude="**/print"', "/a/b/print", False),
        ('data-exclude="/a, /b"', "/b", False),
        ('data-exclude="/a /b"', "/a", False),
        ('data-exclude="/a.c"', "/abc", True),
        ('data-exclude="/a(b)+$"', "/a(b)+$", False),
        ('data-exclude="/?tab"', "/tab", True),
        ('data-exclude="**"', "/", False),
        ('data-include="/shop/**"', "/shop/shoes", True),
        ('data-include="/shop/**"', "/", False),
        ('data-include="/shop/**" data-exclude="/shop/cart"', "/shop/cart", False),
        ('data-hash data-exclude="/#/admin/**"', "/#/admin/users", False),
        ('data-hash data-exclude="/#/admin/**"', "/#/start", True),
    ],
)
def test_owner_says_which_paths_are_counted(
    page: Page,
    collector: Collector,
    website: Website,
    attributes: str,
    path: str,
    is_counted: bool,
) -> None:
    website.pages[path.split("?")[0].split("#")[0]] = document(snippet(collector, attributes))

    page.goto(f"{website.origin}{path}")
    page.evaluate("track('Signup')")

    if is_counted:
        assert {sent["url"] for sent in collector.next_messages(2)} == {f"{website.origin}{path}"}
    assert_nothing_was_sent(page, collector)


def test_excluded_view_tells_how_the_one_before_was_read_and_nothing_of_itself(
    page: Page, collector: Collector, website: Website
) -> None:
    website.pages["/"] = document(snippet(collector, 'data-exclude="/admin/**"'), "Short")
    page.add_init_script("window.seconds = 0; performance.now = () => seconds * 1000")
    page.add_init_script("document.hasFocus = () => true")
    open_counted(page, collector, website)

    page.evaluate("seconds = 2; history.pushState({}, '', '/admin/users'); track('Banned')")
    page.evaluate("seconds = 9; history.pushState({}, '', '/b')")

    assert collector.next_messages(2)[1] == engagement(website, "/", 2000, 100)
    assert_nothing_was_sent(page, collector)


# Properties and revenue


def test_property_of_the_script_goes_with_all_that_is_counted(
    page: Page, collector: Collector, website: Website
) -> None:
    attributes = 'data-prop-author="Ann" data-prop-kind="post"'
    website.pages["/"] = document(snippet(collector, attributes))
    page.goto(website.origin)
    view = collector.next_message()

    page.evaluate("document.querySelector('script').dataset.propAuthor = 'Bob'")
    page.evaluate("track('Signup', {props: {kind: 'form', plan: 'pro'}})")

    assert view == message(website, "/", props={"author": "Ann", "kind": "post"})
    assert collector.next_message() == event(
        website, "/", "Signup", author="Bob", kind="form", plan="pro"
    )


def test_event_may_bring_revenue(page: Page, collector: Collector, website: Website) -> None:
    website.pages["/"] = document(snippet(collector))
    open_counted(page, collector, website)

    page.evaluate("track('Order', {revenue: {amount: 12.5, currency: 'EUR'}})")

    assert collector.next_message() == message(
        website, "/", name="Order", revenue={"amount": 12.5, "currency": "EUR"}
    )


def test_proxy_of_the_owner_takes_the_messages(
    page: Page, collector: Collector, website: Website
) -> None:
    website.pages["/copy.js"] = collector.script
    website.pages["/"] = document(
        '<script defer src="/copy.js" data-site="KEY" data-host="/stats"></script>'
    )

    with page.expect_request("**/t") as sent:
        page.goto(website.origin)

    assert sent.value.url == f"{website.origin}/stats/t"
