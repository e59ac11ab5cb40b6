"""A page is printed by Chromium, offline, and the same page gives the same bytes."""

from concurrent.futures import ThreadPoolExecutor

from robot.network.pdf import pdf_of

PAGE = '<!doctype html><html lang="en"><title>A plan</title><h1>What is pressed</h1><img src="https://nowhere.invalid/x.png">'


def test_the_same_page_gives_the_same_pdf_with_tags_for_screen_readers() -> None:
    with ThreadPoolExecutor(1) as thread:  # without the event loop that an earlier browser test leaves in this one
        first, second = (thread.submit(pdf_of, PAGE, printed_on="20261201200000").result() for _ in range(2))
    assert first == second
    assert first.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in first
    assert b"D:20261201200000" in first
