"""A real browser, for the tests that need one: chromium and its driver, where they are installed."""

import shutil

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --disable-dev-shm-usage --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()
needs_browser = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="needs chromium and its driver: apt-get install chromium chromium-driver"
)


def open_browser(profile, *flags, size=(1400, 1000)):
    """Return a browser with a window of a size, and a folder for what it remembers."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, f"--window-size={size[0]},{size[1]}", f"--user-data-dir={profile}", *flags):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=DRIVER))


def faults(driver):
    """Return the faults that axe-core calls serious or critical: what they are, and where the first is."""
    axe = pytest.importorskip("axe_core_python.selenium").Axe()
    found = axe.run(driver)["violations"]
    serious = [one for one in found if one["impact"] in ("serious", "critical")]
    return [f"{one['help']}: {one['nodes'][0]['html'][:100]}" for one in serious]
