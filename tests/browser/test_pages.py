"""The pages in a real browser: text stays text, a phone is wide enough, forms work unscripted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

from service import storage
from service.domain.tracking import ProjectRef
from service.records import DeliveryState, Note
from service.web.app import create_app
from service.web.presentation import clean
from service.web.signin import one_time_link
from tests.domain import gate_builders as gate
from tests.web.house import (
    HOSTILE,
    NOW,
    House,
    a_closed_case,
    a_closeout,
    a_house,
    a_judged_case,
)
from tests.web.serving import LOOPBACK, serving

pytestmark = pytest.mark.xdist_group("browser")

NOVA = "/projects/acme/nova"
LYRA = "/projects/acme/lyra"
PHONE, DESK = 390, 1280
SEVERE = "SEVERE"


class Site:
    """The web door on its real server, and the browser that looks at it, signed in."""

    def __init__(self, browser: WebDriver, house: House, port: int) -> None:
        self.browser = browser
        self.house = house
        self._base = f"http://{LOOPBACK}:{port}"

    def open(self, path: str, width: int = DESK) -> WebDriver:
        """Go to a page in a window of that width (CSS pixels)."""
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < DESK}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        self.browser.get(self._base + path)
        return self.browser

    def words(self) -> str:
        """Return the words that can be seen."""
        return self.browser.find_element(By.TAG_NAME, "body").text

    def comes_to_say(self, words: str) -> bool:
        """Wait for the page that a sent form leads to, and whether it says this."""
        waiting = WebDriverWait(
            self.browser, 10, ignored_exceptions=[StaleElementReferenceException]
        )
        return bool(waiting.until(lambda _: words in self.words()))


@pytest.fixture
def site(browser: WebDriver, tmp_path: Path) -> Iterator[Site]:
    url = f"sqlite:///{tmp_path / 'closeout.db'}"
    storage.upgrade(url)
    store = storage.open_store(url)
    house = a_house(store)
    app = create_app(house.services)
    with serving(app) as server:
        site = Site(browser, house, server.port)
        _complaints(browser)  # what earlier pages left behind
        site.open(one_time_link(app).removeprefix("http://localhost:8080"))
        yield site
        browser.delete_all_cookies()
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    store.close()


def test_hostile_titles_stay_text_and_nothing_runs(site: Site) -> None:
    case = a_judged_case(site.house, name=HOSTILE)
    site.house.store.note(Note(NOW, HOSTILE, case.id))
    action = site.house.store.actions(case.id)[0]
    image = "<img src=x onerror=alert(2)>"
    site.house.store.save_action(replace(action, change=image, check=HOSTILE))
    shown = " ".join(clean(HOSTILE.replace("\ud800", "�").replace("\x00", "�")).split())

    for path in ("/", NOVA, "/operations"):
        browser = site.open(path)

        assert shown in site.words(), path
        assert browser.find_elements(By.CSS_SELECTOR, "script, img") == []
        assert _complaints(browser) == []
    heading = site.open(NOVA).find_element(By.TAG_NAME, "h1").text
    assert shown == heading
    assert image in site.words()


@pytest.mark.parametrize("path", ["/", NOVA, LYRA, "/operations", "/projects/acme/missing"])
def test_a_phone_needs_no_sideways_scrolling(path: str, site: Site) -> None:
    a_judged_case(site.house)
    long_word = "Antidisestablishmentarianism" * 6
    a_closeout(site.house, ProjectRef("acme", "long"), long_word)
    closed = a_closed_case(site.house, ProjectRef("acme", "lyra"), "Lyra: onboarding")
    breach = gate.judge(gate.facts(actions=()))
    site.house.store.save_verdict(closed.id, breach, NOW, "default, version 7")

    browser = site.open(path, width=PHONE)
    for summary in browser.find_elements(By.TAG_NAME, "summary"):
        summary.click()

    width = browser.execute_script("return document.documentElement.scrollWidth")
    assert width <= PHONE


def test_the_pages_work_without_scripts_from_list_to_verification(site: Site) -> None:
    case = a_judged_case(site.house)
    browser = site.open("/")

    browser.find_element(By.PARTIAL_LINK_TEXT, "audit portal").click()
    assert site.comes_to_say("Planned and actual")
    action = browser.find_element(By.ID, "action-3")
    action.find_element(By.TAG_NAME, "summary").click()
    action.find_element(By.NAME, "who").send_keys("Lee Wong")
    action.find_element(By.NAME, "evidence").send_keys("https://evidence.example/sow")
    action.find_element(By.TAG_NAME, "button").click()

    assert site.comes_to_say("The verification is recorded")
    assert site.house.store.verifications(case.id)[-1].by_name == "Lee Wong"
    assert _complaints(browser) == []


def test_a_waiver_is_given_with_the_browsers_own_fields(site: Site) -> None:
    case = a_judged_case(site.house)
    browser = site.open(NOVA)
    waivers = browser.find_element(By.ID, "waivers")
    waivers.find_element(By.TAG_NAME, "summary").click()

    Select(waivers.find_element(By.NAME, "check")).select_by_value("actions-verified")
    waivers.find_element(By.NAME, "who").send_keys("Kim Okafor")
    waivers.find_element(By.NAME, "reason").send_keys("The client moved the audit.")
    browser.execute_script(
        "arguments[0].value = '2027-03-31'", waivers.find_element(By.NAME, "until")
    )
    waivers.find_element(By.TAG_NAME, "button").click()

    assert site.comes_to_say("The waiver is recorded")
    assert site.house.store.waivers(case.id)[-1].check == "actions-verified"


def test_signing_out_leads_to_the_way_in(site: Site) -> None:
    browser = site.open("/")

    browser.find_element(By.XPATH, "//button[text()='Sign out']").click()

    assert site.comes_to_say("Open the link that Closeout printed")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_their_ground(scheme: str, site: Site) -> None:
    a_judged_case(site.house)
    feature = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    site.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", feature)
    browser = site.open(NOVA)

    worst = browser.execute_script(CONTRAST)
    _save_shots(site, scheme)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})

    assert worst["ratio"] >= 4.5, worst  # WCAG 2.2, level AA


def _complaints(browser: WebDriver) -> list[str]:
    """Return what the browser complained of: blocked by policy, missing, or a dialog."""
    entries: list[dict[str, str]] = browser.get_log("browser")  # type: ignore[no-untyped-call]  # selenium has no type for it
    return [entry["message"] for entry in entries if entry["level"] == SEVERE]


def _save_shots(site: Site, scheme: str) -> None:
    """Keep pictures of the pages where somebody wants to look at them."""
    folder = os.environ.get("CLOSEOUT_TEST_SHOTS")
    if not folder:
        return
    body = b'{"type": "page", "id": '
    site.house.store.put_delivery("acme", "d-9", body, NOW)
    number = site.house.store.new_deliveries(1)[0].number
    reason = "not JSON: unexpected end of data"
    site.house.store.settle_delivery(number, DeliveryState.QUARANTINED, reason)
    a_closeout(site.house, ProjectRef("other", "vega"), "Vega: billing export")
    a_closed_case(site.house, ProjectRef("acme", "lyra"), "Lyra: onboarding")
    for width in (DESK, PHONE):
        for name, path in (("index", "/"), ("project", NOVA), ("operations", "/operations")):
            browser = site.open(path, width)
            height = browser.execute_script("return document.documentElement.scrollHeight")
            size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
            browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
            browser.save_screenshot(f"{folder}/{name}-{width}-{scheme}.png")


# The lowest contrast of any text that can be seen, by the formula of WCAG 2.2.
CONTRAST = """
const light = c => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
const parse = s => s.match(/[\\d.]+/g).map(Number);
const lum = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
const ground = e => {
  for (; e; e = e.parentElement) {
    const c = parse(getComputedStyle(e).backgroundColor);
    if (c.length < 4 || c[3] > 0) return c;
  }
  return [255, 255, 255];
};
let worst = {ratio: 99};
for (const e of document.querySelectorAll('body *')) {
  const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
  if (!own || !e.offsetParent) continue;
  const [a, b] = [lum(parse(getComputedStyle(e).color)), lum(ground(e))];
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < worst.ratio) worst = {ratio, text: e.textContent.trim().slice(0, 40)};
}
return worst;
"""
