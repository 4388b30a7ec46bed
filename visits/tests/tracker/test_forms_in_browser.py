"""Forms that are sent."""

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

SUBMISSION = "Form: Submission"


def show(
    page: Page, collector: Collector, website: Website, form: str, attributes: str = ""
) -> None:
    website.pages["/"] = document(snippet(collector, attributes), form)
    website.pages["/thanks"] = document()
    open_counted(page, collector, website)


def test_form_that_is_sent_counts_without_what_was_typed(
    page: Page, collector: Collector, website: Website
) -> None:
    show(page, collector, website, '<form action="/thanks"><input name="mail"><button></form>')
    page.fill("input", "ann@example.com")

    page.click("button")

    assert collector.next_message() == event(website, "/", SUBMISSION)
    page.wait_for_url("**/thanks?mail=*")
    assert collector.posts.empty()


def test_form_that_the_page_sends_itself_counts(
    page: Page, collector: Collector, website: Website
) -> None:
    form = '<form onsubmit="event.stopPropagation(); return false"><input name="mail"></form>'
    show(page, collector, website, form)

    page.press("input", "Enter")

    assert collector.next_message() == event(website, "/", SUBMISSION)


def test_form_with_a_name_of_its_own_counts_once_and_by_that_name(
    page: Page, collector: Collector, website: Website
) -> None:
    form = (
        '<form action="/thanks" data-track-event="Newsletter" data-track-prop-place="footer">'
        "<label>Mail <input name='mail'></label><button></form>"
    )
    show(page, collector, website, form)
    page.click("label")

    page.click("button")

    assert collector.next_message() == event(website, "/", "Newsletter", place="footer")
    assert collector.posts.empty()


@pytest.mark.parametrize(
    ("attributes", "form"),
    [
        ("", '<form action="/thanks"><input name="mail" required><button></form>'),
        ('data-off="forms"', '<form action="/thanks"><button></form>'),
    ],
    ids=["not filled in", "off"],
)
def test_form_that_is_not_sent_or_not_wanted_sends_nothing(
    page: Page, collector: Collector, website: Website, attributes: str, form: str
) -> None:
    show(page, collector, website, form, attributes)

    page.click("button")

    assert_nothing_was_sent(page, collector)


def test_fields_named_like_the_form_s_own_properties_do_no_harm(
    page: Page, collector: Collector, website: Website
) -> None:
    fields = "".join(f'<input name="{name}">' for name in ("id", "matches", "dataset", "tagName"))
    show(page, collector, website, f'<form action="/thanks">{fields}<button></form>')

    page.click("button")

    assert collector.next_message() == event(website, "/", SUBMISSION)
