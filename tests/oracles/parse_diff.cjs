// Reads a JSON list of unified diffs, and writes what parse-diff makes of each.
const parseDiff = require("parse-diff");

const chunks = [];
process.stdin.on("data", (chunk) => chunks.push(chunk));
process.stdin.on("end", () => {
  const texts = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  process.stdout.write(JSON.stringify(texts.map((text) => parseDiff(text))));
});
