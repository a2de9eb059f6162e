#!/usr/bin/env node
/**
 * A Firefox for playwright-core, which speaks WebDriver BiDi to it: started in Firefox's place, this starts it and
 * passes on what both say. What Firefox's long-term release does not know yet of the `emulation` that Playwright asks
 * for at every start, it says to have done; nothing in these tests depends on it.
 */

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import utils from "playwright-core/lib/utilsBundle";

const FIREFOX = process.env.FIREFOX || "/usr/bin/firefox-esr";
const LISTENING = /^(WebDriver BiDi listening on) (ws:\/\/\S+)$/;

const args = process.argv.slice(2);
const firefox = spawn(FIREFOX, args, { stdio: ["inherit", "inherit", "pipe"] });
firefox.on("exit", (code) => process.exit(code ?? 1));
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => firefox.kill(signal));

createInterface(firefox.stderr).on("line", (line) => {
  const found = LISTENING.exec(line);
  if (!found) return process.stderr.write(`${line}\n`);
  const server = new utils.wsServer({ port: 0, host: "127.0.0.1" }, () => {
    process.stderr.write(`${found[1]} ws://127.0.0.1:${server.address().port}\n`);
  });
  server.on("connection", (client, request) => relay(client, new utils.ws(found[2] + request.url)));
});

/** @param {any} client Playwright @param {any} browser Firefox */
function relay(client, browser) {
  const waiting = [];
  const emulations = new Set();
  client.on("message", (data) => {
    const text = data.toString();
    const { id, method } = JSON.parse(text);
    if (method.startsWith("emulation.")) emulations.add(id);
    waiting.push(text);
    flush();
  });
  const flush = () => {
    if (browser.readyState !== 1) return;
    for (const text of waiting.splice(0)) browser.send(text);
  };
  browser.on("open", flush);
  browser.on("message", (data) => {
    const text = data.toString();
    const { id, type, error } = JSON.parse(text);
    const unknown = type === "error" && error === "unknown command" && emulations.has(id);
    client.send(unknown ? JSON.stringify({ type: "success", id, result: {} }) : text);
  });
  client.on("close", () => browser.close());
  browser.on("close", () => client.close());
}
