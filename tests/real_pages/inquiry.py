"""`make real-pages`: admin pages of other products, written by others, and questions whose right answers stand in their pictures.

Each product is installed from its registry, started on the loopback address, filled and signed in to; each of its pages is looked
at once, as the robot looks at an appliance's, and asked about. Words on the command line choose products; `--keep FOLDER` says
where pictures and snapshots go. At least 95 % must be answered rightly, and nothing wrongly.
"""

from __future__ import annotations

import argparse
import importlib
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Error, Page, Playwright, sync_playwright

from pages.engine.view.page_view import PageView, look_at
from robot.domain.errors import Stalled
from robot.network import chromium
from robot.network.tls import Endpoint
from tests.real_pages.product import NotAsKnownError, Product
from tests.real_pages.questions import NOTHING, Question, QuestionedPage, answer, plain, read

PRODUCTS = ("cups", "rabbitmq", "adminer", "supervisor", "node_red", "pgadmin", "verdaccio", "prometheus", "cockpit")
LEAST = 0.95
"""The part that must be answered rightly."""
_LOOPBACK = Endpoint(host="127.0.0.1", address="127.0.0.1", port=443)
"""All that the browser reaches, whatever a page asks for."""
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Answered:
    """What was said to a question."""

    page: str
    question: Question
    said: str | None

    @property
    def verdict(self) -> str:
        """Whether it is right, wrong, or no answer; who sees nothing where there is something, has not answered."""
        if self.said is not None and plain(self.said).casefold() == plain(self.question.answer).casefold():
            return "right"
        return "unanswered" if self.said in {None, NOTHING} else "WRONG"

    def __str__(self) -> str:
        told = "" if self.verdict == "right" else f'; it is "{self.question.answer}"'
        said = f' "{self.said}"{told}' if self.said is not None else told
        return f"    {self.verdict:<10} {self.page}: {self.question}{said}"


def asked(product: Product, context: BrowserContext, address: str, keep: Path) -> Iterator[Answered]:
    """Look at each page of a product that runs, keep what was seen, and ask."""
    tab = context.new_page()
    product.sign_in(tab, address)
    for page in read(_HERE / f"{product.name}.toml"):
        went_to(tab, address, page)
        view = look(tab, keep / f"{product.name}-{page.name}")
        for question in page.questions:
            yield Answered(page.name, question, answer(view, question))


def went_to(tab: Page, address: str, page: QuestionedPage) -> None:
    """Go to a page, and wait until it is complete.

    Raises:
        NotAsKnownError: it does not come up.
    """
    try:
        if page.address:
            tab.goto(address + page.address)
        for selector in page.presses:
            tab.locator(selector).click()
        tab.get_by_text(page.shown).filter(visible=True).first.wait_for()
    except Error as error:
        raise NotAsKnownError(f"its page {page.name} did not come up: {error.message}") from error


def look(tab: Page, kept: Path) -> PageView:
    """Look at a page as the robot does; keep its picture and its snapshot."""
    tab.screenshot(path=f"{kept}.png", full_page=True)
    Path(f"{kept}.yaml").write_text(tab.aria_snapshot(mode="ai", boxes=True), encoding="utf-8")
    return look_at(tab)


def main(arguments: list[str]) -> int:
    """Run the campaign; its exit code."""
    parser = argparse.ArgumentParser(prog="make real-pages", description=__doc__)
    parser.add_argument("products", nargs="*", help=f"of {', '.join(PRODUCTS)}; all of them where none is named")
    parser.add_argument("--keep", type=Path, help="a folder for pictures and snapshots; else one of its own below the temporary")
    options = parser.parse_args(arguments)
    chosen = options.products or PRODUCTS
    if unknown := sorted(set(chosen) - set(PRODUCTS)):
        parser.error(f"there is no {', '.join(unknown)}")
    signal.signal(signal.SIGTERM, _ended)
    keep: Path = options.keep or Path(tempfile.mkdtemp(prefix="real-pages-"))
    keep.mkdir(parents=True, exist_ok=True)
    counts, missing = Counter[str](), list[str]()
    with sync_playwright() as playwright:
        for name in chosen:
            product: Product = importlib.import_module(f"tests.real_pages.{name}").PRODUCT
            try:
                product.install()
                said = met(product, playwright, keep)
            except (NotAsKnownError, Stalled, Error) as fault:
                missing.append(name)
                print(f"{name}: not as it is known: {fault}", flush=True)  # noqa: T201 - a campaign
                continue
            for each in said:
                counts[each.verdict] += 1
                if each.verdict != "right":
                    print(each)  # noqa: T201 - a campaign
            print(f"{name}: {told(Counter(each.verdict for each in said))}", flush=True)  # noqa: T201 - a campaign
    print(f"pictures and snapshots: {keep}")  # noqa: T201 - a campaign
    lacking = f"; not to be had: {', '.join(missing)}" if missing else ""
    print(f"real pages: {len(chosen) - len(missing)} products, {told(counts)}{lacking}")  # noqa: T201 - a campaign
    return 0 if good(counts) and not missing else 1


def _ended(_number: int, _frame: object) -> None:
    """End as by an error, so that what has been started is ended too."""
    sys.exit(143)


def met(product: Product, playwright: Playwright, keep: Path) -> list[Answered]:
    """Run a product, look at its pages, and give every answer."""
    with tempfile.TemporaryDirectory(prefix=f"{product.name}-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with product.started(Path(folder)) as address, chromium.launched(playwright, _LOOPBACK) as browser:
            return list(asked(product, chromium.new_session(browser), address, keep))


def told(counts: Counter[str]) -> str:
    """How many questions there were, and what came of them."""
    number = counts.total()
    share = f" ({counts['right'] / number:.1%})" if number else ""
    return f"{number} questions, {counts['right']} right{share}, {counts['WRONG']} wrong, {counts['unanswered']} unanswered"


def good(counts: Counter[str]) -> bool:
    """Whether enough was answered rightly, and nothing wrongly."""
    return counts["right"] >= LEAST * counts.total() > 0 and not counts["WRONG"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
