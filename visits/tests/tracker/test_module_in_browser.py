"""The ES module in a real Chromium, and its types beside it."""

import json
import re

import pytest
from playwright.sync_api import Page

from visits.tests.tracker.pages import (
    READER,
    assert_nothing_was_sent,
    document,
    engagement,
    event,
    message,
    snippet,
)
from visits.tests.tracker.websites import Collector, Website
from visits.tracker import MODULE_PATH

KEEPS_ENGAGEMENT = True


def import_and(script: str) -> str:
    return (
        f'<script type="module">import {{init, track, view}} from "/module.js"; {script}</script>'
    )


@pytest.fixture(autouse=True)
def module(website: Website) -> None:
    website.pages["/module.js"] = MODULE_PATH.read_text(encoding="utf-8")


def test_module_counts_the_page_its_events_and_how_it_was_read(
    page: Page, collector: Collector, website: Website
) -> None:
    page.add_init_script(READER)
    website.pages["/"] = document(
        import_and(
            "track('Early');"
            f"init({{host: '{collector.origin}/', site: 'KEY', props: {{plan: 'pro'}}}});"
            "track('Order', {revenue: {amount: 1, currency: 'EUR'}, props: {seats: 2}});"
        ),
        "Short",
    )

    page.goto(website.origin)
    counted = collector.next_messages(3)
    page.evaluate("seconds = 2; hide()")

    revenue = {"amount": 1, "currency": "EUR"}
    assert counted == [
        message(website, "/", props={"plan": "pro"}),
        event(website, "/", "Early", plan="pro"),
        message(website, "/", name="Order", revenue=revenue, props={"plan": "pro", "seats": 2}),
    ]
    assert collector.next_message() == engagement(website, "/", 2000, 100)


def test_module_takes_its_options_as_an_object(
    page: Page, collector: Collector, website: Website
) -> None:
    options = "manual: true, hash: false, off: ['404', 'forms'], exclude: ['/a', '/b/**']"
    website.pages["/"] = document(
        import_and(
            f"init({{host: '{collector.origin}', site: 'KEY', {options},"
            " props: () => ({path: location.pathname})});"
            "view({url: '/b/1'}); track('Left out'); view({url: '/c'}); window.isDone = true;"
        ),
        "<form onsubmit='return false'><button></form>",
    )
    page.goto(website.origin)

    page.click("button")

    assert collector.next_message() == message(website, "/c", referrer="/b/1", props={"path": "/"})
    assert_nothing_was_sent(page, collector)


def test_module_and_script_on_one_page_count_once_and_together(
    page: Page, collector: Collector, website: Website
) -> None:
    website.pages["/"] = document(
        snippet(collector)
        + import_and(f"init({{host: '{collector.origin}', site: 'KEY'}}); track('Signup');")
    )

    page.goto(website.origin)

    assert collector.next_messages(2) == [message(website, "/"), event(website, "/", "Signup")]
    assert_nothing_was_sent(page, collector)


@pytest.mark.parametrize(
    "script",
    [
        "init(); track('Signup'); view()",
        "init({}); track('Signup')",
        "init({host: 7, site: null})",
        "track(); view(7)",
    ],
)
def test_module_that_is_used_wrongly_sends_nothing_and_raises_nothing(
    page: Page, collector: Collector, website: Website, script: str
) -> None:
    website.pages["/"] = document(import_and(f"{script}; document.body.id = 'done'"))

    page.goto(website.origin)

    page.wait_for_selector("#done", state="attached")
    assert_nothing_was_sent(page, collector)


def test_properties_that_fail_do_not_keep_a_page_from_being_counted(
    page: Page, collector: Collector, website: Website
) -> None:
    failing = "props: () => { throw new Error('mine'); }"
    website.pages["/"] = document(
        import_and(f"init({{host: '{collector.origin}', site: 'KEY', {failing}}})")
    )

    page.goto(website.origin)

    assert collector.next_message() == message(website, "/")


def test_types_name_what_the_module_exports() -> None:
    types = MODULE_PATH.with_name("index.d.ts").read_text(encoding="utf-8")
    code = MODULE_PATH.read_text(encoding="utf-8")

    exported = re.findall(r"^export const (\w+)", code, re.MULTILINE)
    assert sorted(exported) == ["init", "track", "view"]
    assert re.findall(r"^export function (\w+)\(.*\): void;$", types, re.MULTILINE) == exported
    assert all(types.count(opening) == types.count(closing) for opening, closing in ("{}", "()"))


def test_types_know_each_option_that_the_code_reads() -> None:
    types = MODULE_PATH.with_name("index.d.ts").read_text(encoding="utf-8")
    code = MODULE_PATH.read_text(encoding="utf-8")

    known = re.search(r"interface Options \{(.*?)\n\}", types, re.DOTALL)
    assert known is not None
    read = set(re.findall(r"options\.(\w+)|\"(\w+)\" in options", code))
    names = {name for pair in read for name in pair if name} | {"host", "props"}
    assert set(re.findall(r"^  (\w+)\??:", known[1], re.MULTILINE)) == names


def test_package_names_files_that_are_there() -> None:
    package = json.loads(MODULE_PATH.with_name("package.json").read_text(encoding="utf-8"))

    assert package["license"] == "MIT"
    for name in (*package["files"], package["main"], package["types"]):
        assert MODULE_PATH.with_name(name.removeprefix("./")).is_file()
