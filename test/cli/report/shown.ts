import type { Browser, Page } from "puppeteer-core";
import { afterAll, beforeAll, expect, onTestFinished } from "vitest";
import { type OpenBrowser, openBrowser } from "../../page/browser";

/** Opens a browser for one test file. What it returns shows a page and watches it: it says nothing on its console and asks nobody. */
export function withBrowser(): (html: string, width: number) => Promise<Page> {
  let open: OpenBrowser;
  let browser: Browser;
  beforeAll(async () => {
    open = await openBrowser();
    browser = open.browser;
  });
  afterAll(async () => {
    await (open as OpenBrowser | undefined)?.close();
  });

  return async (html, width) => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("request", (request) => complaints.push(`asked for ${request.url()}`));
    onTestFinished(async () => {
      await page.close();
      expect(complaints.filter((text) => !/^asked for (about:blank|data:,)$/.test(text))).toEqual([]);
    });
    await page.setViewport({ width, height: 800 });
    await page.setContent(html);
    return page;
  };
}
