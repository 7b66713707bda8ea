#!/usr/bin/env python3
"""report.html in a browser: Chromium without a screen, through WebDriver. Says why and ends with 77 if there is none.

usage: browser_test.py PROGRAM FORMATS_TEST [SCREENSHOT_FOLDER]
"""
import json
import os
import random
import subprocess
import sys
import tempfile
import time

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
except ImportError as error:
    print(error)
    sys.exit(77)

HERE = os.path.dirname(os.path.abspath(__file__))
DEMO = os.path.join(HERE, "demo")
WIDTH, HEIGHT = 1366, 768
BYTES_MAX = 8_000_000
SECONDS_MAX = 2.0
DRIVERS = ("/usr/bin/chromedriver", "/usr/lib/chromium/chromedriver")


class Tests:
    def __init__(self, driver, folder, shots):
        self.driver, self.folder, self.shots = driver, folder, shots
        self.passed = self.failed = 0

    def run(self, test, *arguments):
        began = time.monotonic()
        test(self, *arguments)
        print(f"{test.__name__}: {time.monotonic() - began:.1f} s")

    def check(self, ok, what):
        if ok:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED: {what}")

    def js(self, script, *arguments):
        return self.driver.execute_script("return " + script, *arguments)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def load(self, path):
        self.console()
        self.driver.get("file://" + path)

    def console(self):
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def quiet(self, what):
        said = self.console()
        self.check(not said, f"{what}: the console is silent: {said}")

    def shot(self, name):
        self.driver.save_screenshot(os.path.join(self.shots, name))


def number(text):
    return int(text.replace(",", ""))


def column(t, table, index):
    return t.js("Array.from(arguments[0].tBodies[0].rows).map(row => row.cells[arguments[1]].textContent)", table, index)


def visible_rows(t, table):
    return t.js("Array.from(arguments[0].tBodies[0].rows).filter(row => !row.hidden).map(row => row.textContent)", table)


def table_after(t, section):
    return t.js("""(function () {
        var at = document.getElementById(arguments[0]);
        while (!at.querySelector || !at.querySelector("table")) at = at.nextElementSibling;
        return at.querySelector("table"); }).apply(null, arguments)""", section)


def prepared(t, section):
    """Tables get their buttons when they come near the screen."""
    table = table_after(t, section)
    for _ in range(100):
        t.js("arguments[0].scrollIntoView()", table)
        if table.find_elements(By.CSS_SELECTOR, "th button"):
            return table
        time.sleep(0.05)
    raise AssertionError(f"{section}: never gets its buttons")


def figures(t, report, what):
    """The table of verdicts and that of accounts say what report.json says."""
    rows = t.js("""Array.from(document.querySelectorAll("#verdicts tbody tr")).map(row => [
        row.cells[1].textContent, row.querySelector(".who bdi").textContent].concat(
        Array.from(row.querySelectorAll("td.n")).map(cell => cell.textContent)))""")
    shown = {row[1]: [number(n) for n in row[2:]] for row in rows}
    for account in report["accounts"]:
        foreign = account["foreign"]
        if account["verdict"] in ("suspicious", "likely", "confirmed"):
            want = [foreign["messages"], foreign["recipients"], foreign["delivered"]]
            t.check(shown.get(account["account"]) == want, f"{what}: row of {account['account']}: {shown}")
    table = table_after(t, "accounts")
    names, messages = column(t, table, 1), [number(n) for n in column(t, table, 2)]
    want = [(account["account"], account["messages"]) for account in report["accounts"]]
    t.check(list(zip(names, messages)) == want, f"{what}: accounts")


def test_demo(t, case, report):
    t.load(os.path.join(case, "report.html"))
    t.quiet("demo")
    t.shot("report-light.png")
    t.check("STILL GOING ON" in t.one("h1").text, "the bar says that it goes on")
    t.check(t.one("header").rect["y"] == 0 and t.one("#verdicts").rect["y"] < HEIGHT - 200, "verdicts are on the first screen")
    t.check(t.js("document.documentElement.scrollWidth <= innerWidth"), "demo: no scrolling to the side")
    figures(t, report, "demo")
    links = t.js("Array.from(document.querySelectorAll('a[href]')).map(a => a.getAttribute('href'))")
    for link in set(links):
        known = t.js("document.getElementById(arguments[0]) !== null", link[1:]) if link[0] == "#" else \
            os.path.exists(os.path.join(case, link))
        t.check(known, f"link {link} leads somewhere")


def test_sort(t):
    table = prepared(t, "accounts")
    button = table.find_elements(By.CSS_SELECTOR, "th button")[2]
    t.js("arguments[0].scrollIntoView({block: 'center'})", button)
    button.click()
    values = [number(n) for n in column(t, table, 2)]
    t.check(values == sorted(values, reverse=True) and len(values) > 3, f"sorted downwards: {values}")
    button.send_keys(Keys.ENTER)
    values = [number(n) for n in column(t, table, 2)]
    t.check(values == sorted(values), f"sorted upwards by the keyboard: {values}")
    head = table.find_elements(By.CSS_SELECTOR, "th")[2]
    t.check(head.get_attribute("aria-sort") == "ascending", "the head says so")
    table.find_elements(By.CSS_SELECTOR, "th button")[1].click()
    names = [name.lower() for name in column(t, table, 1)]
    t.check(names == sorted(names), "sorted by name")


def test_filter(t):
    table = prepared(t, "accounts")
    rows = visible_rows(t, table)
    t.one("#search").send_keys("irene")
    found = visible_rows(t, table)
    t.check(0 < len(found) < len(rows) and all("irene" in row for row in found), f"search finds irene: {found}")
    t.one("#search").send_keys(Keys.CONTROL, "a")
    t.one("#search").send_keys(Keys.DELETE)
    t.check(visible_rows(t, table) == rows, "nothing searched, nothing hidden")
    field = table.find_element(By.CSS_SELECTOR, "input")
    field.send_keys("confirmed")
    t.check(len(visible_rows(t, table)) == 1, "the filter of one table")
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys(Keys.DELETE)


def test_zoom(t):
    if not t.js("typeof Dygraph !== 'undefined'"):
        print("built without dygraphs: no zoom")
        return
    plot = t.one("figure.chart .plot")
    t.js("arguments[0].scrollIntoView({block: 'center'})", plot)
    before = t.js("document.querySelector('figure.chart').graph.xAxisRange()")
    ActionChains(t.driver).move_to_element(plot).click_and_hold().move_by_offset(200, 0).release().perform()
    t.check(t.js("document.querySelector('figure.chart').graph.isZoomed('x')"), "dragging zooms")
    after = t.js("document.querySelector('figure.chart').graph.xAxisRange()")
    t.check(after[1] - after[0] < (before[1] - before[0]) / 2, f"from {before} to {after}")
    t.one("figure.chart .reset").click()
    after = t.js("document.querySelector('figure.chart').graph.xAxisRange()")
    t.check(abs(after[0] - before[0]) + abs(after[1] - before[1]) < 1000, f"and back: {before}, {after}")
    t.quiet("zoom")


def brightness(t):
    color = t.js("getComputedStyle(document.body).backgroundColor")
    return sum(int(part) for part in color[color.index("(") + 1:-1].split(",")[:3])


def test_dark(t):
    light = brightness(t)
    t.js("scrollTo(0, 0)")
    t.one("#theme").click()
    t.check(brightness(t) < 150 < light, "the button makes it dark")
    t.shot("report-dark.png")
    t.one("#theme").click()
    t.check(brightness(t) == light, "and light again")
    t.js("document.documentElement.removeAttribute('data-theme')")
    t.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark"}]})
    t.check(brightness(t) < 150, "it follows the system")
    t.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    t.quiet("dark")


def test_policy(t):
    t.driver.execute_script("""var script = document.createElement("script"); script.textContent = "window.evil = 1";
        document.body.append(script); var image = new Image(); image.src = "https://example.org/x.png";
        document.body.append(image); document.body.setAttribute("onclick", "window.evil = 2"); document.body.click();""")
    t.check(t.js("window.evil === undefined"), "the policy stops a foreign script")
    said = t.console()
    t.check(sum("Content Security Policy" in line for line in said) >= 2, f"and says so: {said}")


def test_accessible(t):
    t.check(t.js("document.documentElement.lang") == "en", "language")
    loose = t.js("""Array.from(document.querySelectorAll("input, button")).filter(
        e => !e.closest(".plot") && !(e.labels && e.labels.length) && !e.getAttribute("aria-label") && !e.textContent.trim()).length""")
    t.check(loose == 0, f"{loose} controls without a name")
    t.check(not t.all("svg:not([role=img]), svg[role=img]:not([aria-label])"), "pictures have names")
    t.check(not t.all("thead th:not([scope])"), "heads of columns have a scope")
    t.check(t.js("Array.from(document.querySelectorAll('table.data')).every(t => t.caption)"), "tables have captions")
    t.check(len(t.all("h1")) == 1 and len(t.all("main")) == 1, "one heading, one main part")


def test_print(t):
    paper = t.driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": True, "preferCSSPageSize": True})
    t.check(len(paper["data"]) > 10000, "it prints")


def test_hostile(t, formats):
    path = os.path.join(t.folder, "hostile.html")
    with open(path, "wb") as file:
        subprocess.run([formats, "--print", "hostile", "html"], check=True, stdout=file)
    t.load(path)
    t.quiet("hostile")
    t.shot("report-hostile.png")
    body = t.js("document.body.textContent")
    t.check("<script>alert(1)</script>" in body, "the name stands there as text")
    t.check("javascript:alert(2)" in body, "so does a javascript: name")
    t.check(len(t.all("script")) == 1, "there is one script")
    t.check(not t.all("iframe, object, embed, form, [onclick], [onerror], [onload], base, link"),
            "nothing else is active")
    links = t.js("Array.from(document.querySelectorAll('[href], [src]')).filter(e => !e.closest('.plot')).map(e => e.getAttribute('href') || e.getAttribute('src'))")
    t.check(not [link for link in links if ":" in link], f"no link leaves: {links}")
    t.check(not any(char in body for char in "\u202e\u200f\x1b\x07\x7f\x9b\x00"), "no mark of direction, no control")
    t.check("\ufffd" in body, "but a sign that they were there")
    t.check("0123456789" * 12 in body, "a very long name begins")
    t.check("0123456789" * 200 not in body, "and ends")
    t.check(t.js("document.documentElement.scrollWidth <= innerWidth"), "hostile: no scrolling to the side")


def test_figures(t, formats):
    """Campaigns, the queue with who blocked us, and limits: as pictures and as text, with and without script."""
    path = os.path.join(t.folder, "figures.html")
    with open(path, "wb") as file:
        subprocess.run([formats, "--print", "incident", "html"], check=True, stdout=file)
    for script in (True, False):
        t.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not script})
        t.load(path)
        what = "with script" if script else "without script"
        drawn = [e.get_attribute("textContent") for e in t.all("section.campaign svg text")]
        t.check({"irene", "suman@northbay.example", "28.249.22.114"} <= set(drawn), f"{what}: the campaign is drawn: {drawn}")
        t.check(len(t.all("section.campaign svg path.edge")) == 2, f"{what}: with its ties")
        queue = t.one("figure.queue svg")
        t.check(len(queue.find_elements(By.CSS_SELECTOR, "path.c4, path.c2, path.c9")) == 3, f"{what}: three layers of the queue")
        said = queue.get_attribute("textContent")
        t.check("bl.spam-list.example: blocked, after suman@northbay.example" in said and "287" in said, f"{what}: who blocked us: {said}")
        text = t.one("body").get_attribute("textContent")
        t.check("Campaign 1: 2 accounts" in text and "Taken in this order: irene, suman@northbay.example" in text, f"{what}: the campaign in words")
        rows = [[cell.get_attribute("textContent") for cell in row.find_elements(By.TAG_NAME, "td")] for row in t.all("#prevention ~ .scroll tbody tr")][:2]
        t.check(rows == [["1", "40", "1,200", "3"], ["24", "55", "1,150", "0"]], f"{what}: limits: {rows}")
    t.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    t.load(path)
    if t.js("typeof Dygraph !== 'undefined'"):
        plot = t.all("figure.chart .plot")[1]
        t.js("arguments[0].scrollIntoView({block: 'center'})", plot)
        labels = t.js("document.querySelectorAll('figure.chart')[1].graph.getLabels().join()")
        t.check(labels == "time,active,deferred,held", f"the queue can be zoomed: {labels}")
    t.quiet("figures")
    t.shot("report-figures.png")


def test_others(t, formats):
    for name, says in (("clean", "NO ACCOUNT LOOKS TAKEN OVER"), ("hidden", "Over since"), ("incident", "STILL GOING ON")):
        path = os.path.join(t.folder, name + ".html")
        with open(path, "wb") as file:
            subprocess.run([formats, "--print", name, "html"], check=True, stdout=file)
        t.load(path)
        t.quiet(name)
        t.check(says in t.one("h1").text, f"{name}: {t.one('h1').text}")


def test_without_script(t, case, report):
    t.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    t.load(os.path.join(case, "report.html"))
    t.shot("report-without-script.png")
    t.check("STILL GOING ON" in t.one("h1").text, "without script: the bar")
    t.check(not t.one("#search").is_displayed() and not t.one("#theme").is_displayed(), "without script: no dead buttons")
    text = t.one("body").text
    for account in report["accounts"]:
        t.check(account["account"] in text, f"without script: {account['account']}")
        for item in account["evidence"] if account["verdict"] in ("likely", "confirmed") else []:
            t.check(item["text"] in text, f"without script: {item['text']}")
    t.check(len(t.all("figure.strip svg path")) > 5, "without script: the picture")
    t.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def large_log(path, accounts, taken):
    """A server of many accounts, some of which send from elsewhere as others; attackers guess all the time."""
    rng = random.Random(7)
    with open(path, "w", encoding="ascii") as log:
        for i in range(accounts):
            stolen = i % (accounts // taken) == 0
            seconds = i * 86400 * 3 // accounts
            stamp = f"Nov {20 + seconds // 86400} {seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02} mx1"
            mine = f"10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}"
            for k in range(40 if stolen else 1):
                ip = f"203.{rng.randrange(64)}.{rng.randrange(256)}.{rng.randrange(256)}" if stolen else mine
                sender = f"x@forged{i * 64 + k}.example" if stolen else f"user{i}@big.example"
                queue = f"{0xA000000 + i * 64 + k:X}"
                if stolen:
                    log.write(f"{stamp} postfix/smtpd[{i + 1}]: warning: unknown[{ip}]: SASL LOGIN authentication failed: "
                              f"authentication failure, sasl_username=user{i}@big.example\n")
                log.write(f"{stamp} postfix/smtpd[{i + 1}]: {queue}: client=unknown[{ip}], sasl_method=LOGIN, "
                          f"sasl_username=user{i}@big.example\n"
                          f"{stamp} postfix/qmgr[1]: {queue}: from=<{sender}>, size=900, nrcpt=1 (queue active)\n"
                          f"{stamp} postfix/smtp[2]: {queue}: to=<a@far.example>, relay=far.example[192.0.2.1]:25, delay=1, "
                          f"delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)\n"
                          f"{stamp} postfix/qmgr[1]: {queue}: removed\n")


def test_large(t, program):
    log, case = os.path.join(t.folder, "large.log"), os.path.join(t.folder, "large")
    large_log(log, 50000, 250)
    subprocess.run([program, "-q", "--year", "2026", "--evidence", "none", "-o", case, log], check=False,
                   stdout=subprocess.DEVNULL)
    path = os.path.join(case, "report.html")
    size = os.path.getsize(path)
    t.check(size < BYTES_MAX, f"50,000 accounts: {size} bytes")
    t.load(path)
    timing = t.js("performance.getEntriesByType('navigation')[0].toJSON()")
    seconds = timing["loadEventEnd"] / 1000
    print(f"50,000 accounts: {size} bytes, {len(t.all('section.subject'))} subjects, loaded in {seconds:.2f} s")
    t.check(0 < seconds < 3 * SECONDS_MAX, f"50,000 accounts: open after {seconds} s") # a busy machine may be slow
    t.check("left out here" in t.js("document.body.textContent"), "what is left out is said")
    t.quiet("large")


def browser():
    options = Options()
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    found = [path for path in DRIVERS if os.path.exists(path)]
    if not found:
        print("no chromedriver")
        sys.exit(77)
    driver = webdriver.Chrome(options=options, service=Service(found[0]))
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                           {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False})
    return driver


def main():
    program, formats = (os.path.abspath(path) for path in sys.argv[1:3])
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        shots = sys.argv[3] if len(sys.argv) > 3 else folder
        case = os.path.join(folder, "case")
        subprocess.run([program, "-q", "-o", case, DEMO], check=True, stdout=subprocess.DEVNULL)
        with open(os.path.join(case, "report.json"), encoding="utf-8") as file:
            report = json.load(file)
        driver = browser()
        try:
            t = Tests(driver, folder, shots)
            t.run(test_demo, case, report)
            for test in (test_sort, test_filter, test_zoom, test_dark, test_accessible, test_print, test_policy):
                t.run(test)
            t.run(test_hostile, formats)
            t.run(test_figures, formats)
            t.run(test_others, formats)
            t.run(test_large, program)
            t.run(test_without_script, case, report)
        finally:
            driver.quit()
    print(f"{t.passed} passed, {t.failed} failed, {time.monotonic() - began:.1f} s")
    return t.failed > 0


if __name__ == "__main__":
    sys.exit(main())
