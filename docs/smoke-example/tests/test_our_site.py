"""Checks of our own site, with the fixtures that failover-robot provides."""


def test_the_portal_answers_quickly(site, expected):
    visit = site.visit("/")
    assert visit.status == 200
    assert visit.seconds < expected.slowest_page_s


def test_the_appliance_has_a_serial_number(unit):
    assert unit.basics().serial


def test_our_portal_has_a_form(page, evidence):
    page.goto("/")
    evidence.picture("portal")
    assert page.locator("form").count() > 0
