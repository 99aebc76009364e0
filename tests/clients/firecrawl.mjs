// Scrapes a page twice with the official client, the second time with the snapshot of the first.
import Firecrawl from "@mendable/firecrawl-js";

const [apiUrl, page, change] = process.argv.slice(2);
const client = new Firecrawl({ apiUrl, apiKey: "a-key" });
const scrape = (previous) =>
  client.scrape(page, {
    formats: ["markdown", { type: "changeTracking", modes: ["git-diff"], previous }],
  });

const first = await scrape(undefined);
await fetch(change, { method: "POST" });
const second = await scrape(first.changeTracking.snapshot);
let refused = null;
try {
  await client.scrape("http://169.254.169.254/", { formats: ["markdown"] });
} catch (error) {
  refused = { status: error.statusCode ?? error.status, message: error.message };
}
console.log(JSON.stringify({ first, second, refused }));
