// Headless Chromium under Playwright: runs programs given on standard input, a line of JSON each, and answers with their
// values. A program is the body of an async function of `here` (the browser, and whatever programs keep there) and `given`.
const { createInterface } = require("node:readline");
const { chromium } = require("playwright-core");

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];
const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;

async function main() {
  const here = { chromium, require };
  here.browser = await chromium.launch({ executablePath: process.argv[2], args: FLAGS, ignoreDefaultArgs: ["--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding", "--disable-background-timer-throttling"] });
  for await (const line of createInterface({ input: process.stdin })) {
    const { program, given } = JSON.parse(line);
    let answer;
    try {
      answer = { value: (await new AsyncFunction("here", "given", program)(here, given)) ?? null };
    } catch (error) {
      answer = { error: String(error.stack || error).slice(0, 3000) };
    }
    process.stdout.write(JSON.stringify(answer) + "\n");
  }
  await here.browser.close();
}

main();
