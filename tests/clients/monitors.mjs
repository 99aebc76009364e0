// Leads monitors through their life with the official client; prints what it saw of them.
import Firecrawl from "@mendable/firecrawl-js";

const [apiUrl, pages] = process.argv.slice(2);
const client = new Firecrawl({ apiUrl, apiKey: "a-key" });
const schedule = { text: "daily at 9am", timezone: "Europe/Berlin" };
const items = (count) => Array.from({ length: count }, (_, each) => `${pages}/items/${each}`);
const lead = (path) => fetch(`${pages}${path}`, { method: "POST" });
const seen = {};

async function run(id, options) {
  const { id: checkId, status, trigger } = await client.runMonitor(id);
  seen.begun ??= { status, trigger };
  for (let tries = 0; tries < 1000; tries++) {
    const check = await client.getMonitorCheck(id, checkId, options);
    if (!["queued", "running"].includes(check.status)) return check;
    await new Promise((wake) => setTimeout(wake, 20));
  }
  throw new Error(`check ${checkId} does not end`);
}

async function refusal(promise) {
  try {
    return { answered: await promise };
  } catch (error) {
    return { status: error.statusCode ?? error.status, message: error.message };
  }
}

// A whole life.
const life = await client.createMonitor({
  name: "Prices",
  schedule,
  goal: "Tell me of prices.",
  judgeEnabled: false,
  webhook: { url: `${pages}/hook`, events: ["monitor.check.completed"] },
  notification: { email: { enabled: true, recipients: ["a@example.com"], includeDiffs: true } },
  targets: [{ type: "scrape", urls: items(2) }],
});
seen.created = life;
seen.first = await run(life.id);
await lead("/price/24");
seen.second = await run(life.id);
seen.got = await client.getMonitor(life.id);
seen.checks = (await client.listMonitorChecks(life.id)).map((each) => each.id);
seen.completed = (await client.listMonitorChecks(life.id, { status: "completed", limit: 1 })).length;
seen.failed = await client.listMonitorChecks(life.id, { status: "failed" });
seen.paused = await client.updateMonitor(life.id, { status: "paused", schedule: { timezone: "UTC" } });
seen.refused = { paused: await refusal(client.runMonitor(life.id)) };
seen.cleared = await client.updateMonitor(life.id, {
  status: "active",
  goal: null,
  webhook: null,
  notification: null,
});
seen.untouched = await client.updateMonitor(life.id, {});
seen.listed = (await client.listMonitors({ limit: 1 })).map((each) => each.id);

// More pages than one answer has, found by following `next`.
for (const [kind, target] of Object.entries({
  crawl: { type: "crawl", url: `${pages}/`, crawlOptions: { limit: 100 } },
  scrape: { type: "scrape", urls: items(50) },
})) {
  const { id } = await client.createMonitor({ name: kind, schedule, targets: [target] });
  const { pages: all, next, summary } = await run(id, { limit: 7 });
  const portion = await client.getMonitorCheck(id, (await client.listMonitorChecks(id))[0].id, {
    limit: 7,
    autoPaginate: false,
  });
  seen[kind] = { urls: all.map((each) => each.url), next, summary, portion };
}

// Fields by a schema.
const fields = await client.createMonitor({
  name: "Fields",
  schedule: { cron: "*/30 * * * *" },
  targets: [
    {
      type: "scrape",
      urls: [`${pages}/product`],
      scrapeOptions: {
        formats: [
          {
            type: "changeTracking",
            modes: ["json", "git-diff"],
            schema: { properties: { offers: { properties: { price: { type: "number" } } } } },
          },
        ],
      },
    },
  ],
});
await run(fields.id);
await lead("/price/29");
seen.fields = (await run(fields.id, { status: "changed" })).pages;

// What is refused.
await lead("/door/shut");
const slow = await client.createMonitor({
  name: "Slow",
  schedule,
  targets: [{ type: "scrape", urls: [`${pages}/slow`] }],
});
await client.runMonitor(slow.id);
seen.refused.busy = await refusal(client.runMonitor(slow.id));
await lead("/door/open");
seen.refused.wrong = await refusal(
  client.createMonitor({ name: "m", schedule: { text: "whenever" }, targets: life.targets }),
);
seen.deleted = await client.deleteMonitor(life.id);
seen.refused.gone = await refusal(client.getMonitor(life.id));
seen.refused.deletedTwice = await refusal(client.deleteMonitor(life.id));

console.log(JSON.stringify(seen));
