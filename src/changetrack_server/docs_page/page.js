"use strict";

// The page says everything without this script. It puts in the address of this very server, copies
// examples, and lets a reader send them.

for (const place of document.querySelectorAll(".origin")) place.textContent = location.origin;

for (const block of document.querySelectorAll("pre[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    await navigator.clipboard.writeText(block.textContent);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  block.parentElement.querySelector("summary, .title").append(button);
}

const show = (text, type) => {
  if (!type.startsWith("application/json")) return text;
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
};

const send = async (form) => {
  const { path, method } = form.dataset;
  const [key, type, body] = ["key", "type", "body"].map((name) => form.elements[name]?.value ?? "");
  const headers = {};
  if (key) headers.Authorization = `Bearer ${key}`;
  if (type) headers["Content-Type"] = type;
  const start = performance.now();
  const response = await fetch(path, { method, headers, body: method === "POST" ? body : undefined });
  const text = await response.text();
  const took = Math.round(performance.now() - start);
  const pre = document.createElement("pre");
  pre.textContent = show(text, response.headers.get("Content-Type") ?? "");
  const id = response.headers.get("X-Request-Id") ?? "";
  return [`${response.status} ${response.statusText} in ${took} ms, request ${id}`, pre];
};

for (const form of document.querySelectorAll("form.try")) {
  form.closest("[hidden]").hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const output = form.querySelector("output");
    const button = form.querySelector(".send");
    button.disabled = true;
    output.replaceChildren("…");
    try { output.replaceChildren(...await send(form)); }
    catch (error) { output.replaceChildren(`No answer: ${error.message}`); }
    button.disabled = false;
  });
  form.elements.type?.addEventListener("change", () => {
    form.elements.body.value = form.querySelector(`template[data-type="${form.elements.type.value}"]`).content.textContent;
  });
  form.elements.key?.addEventListener("input", () => {
    for (const other of document.querySelectorAll(".try input[name=key]")) other.value = form.elements.key.value;
  });
}
