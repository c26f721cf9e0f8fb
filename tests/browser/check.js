// node check.js PAGE.html OUT_FOLDER CHROMIUM : opens the page and prints one JSON object of what was seen.
const { chromium } = require("playwright-core");
const path = require("path");

(async () => {
  const [page_file, out, executablePath] = process.argv.slice(2);
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"],
  });
  const seen = { errors: [], requests: [], plots: [], violations: [], wider_than_phone: 0 };
  const looks = [
    ["desktop", { viewport: { width: 1100, height: 900 } }],
    ["phone", { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 }],
    ["dark", { viewport: { width: 700, height: 900 }, colorScheme: "dark" }],
  ];
  for (const [name, options] of looks) {
    const context = await browser.newContext({ ...options, bypassCSP: false });
    const page = await context.newPage();
    page.on("console", (m) => { if (m.type() === "error" || m.type() === "warning") seen.errors.push(m.text()); });
    page.on("pageerror", (e) => seen.errors.push(String(e)));
    page.on("request", (r) => { if (!r.url().startsWith("file:") && !r.url().startsWith("data:")) seen.requests.push(r.url()); });
    await page.goto("file://" + path.resolve(page_file));
    await page.screenshot({ path: path.join(out, name + ".png"), fullPage: true });
    if (name === "phone") seen.wider_than_phone = await page.evaluate(() => document.documentElement.scrollWidth - 360);
    seen.plots = await page.evaluate(() => [...document.querySelectorAll("svg.plot")].map((s) => [s.getAttribute("aria-label"), s.getBoundingClientRect().height > 50]));
    await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
    await context.close();
    // axe must be injected, which the page's own policy rightly forbids: a second look without the policy
    const free = await browser.newContext({ ...options, bypassCSP: true });
    const tested = await free.newPage();
    await tested.goto("file://" + path.resolve(page_file));
    await tested.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
    await tested.addScriptTag({ path: require.resolve("axe-core") });
    const result = await tested.evaluate(() => window.axe.run());
    for (const v of result.violations) seen.violations.push([name, v.impact, v.id, v.nodes.map((n) => n.html.slice(0, 120))]);
    if (name === "desktop") await tested.pdf({ path: path.join(out, "print.pdf"), format: "A4" });
    await free.close();
  }
  await browser.close();
  process.stdout.write(JSON.stringify(seen));
})().catch((error) => { process.stderr.write(String(error)); process.exit(1); });
