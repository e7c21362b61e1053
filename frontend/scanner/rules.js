// The verdict upon a pass without network, by the rules that the server exported and by nothing else. The same
// vectors hold this script and passnumerique/vouchers/rules/offline.py.

import { read } from "./codes.js"

// `facts`: text, state (null: not listed), complete, expired, queued, day, last_day_of_use.
// Gives { verdict, refusal, takes, code }.
export function verdict(rules, facts) {
  const { found, code } = read(rules, facts.text)
  const [name, refusal] = found === "code" ? judged(rules.judging, facts) : rules.judging.read[found]
  return { verdict: name, refusal, takes: rules.takes.includes(name), code, found }
}

function judged(judging, facts) {
  if (facts.queued) return judging.queued
  let told = facts.state ? judging.states[facts.state] : judging.unlisted[facts.complete ? "complete" : "incomplete"]
  if (facts.expired) told = judging.expired[told[0]] ?? told
  if (facts.day > facts.last_day_of_use) told = judging.late[told[0]] ?? told
  return told
}

// What becomes of a queued line by what happens to it; anything else leaves it where it is.
export const stepper = (rules) => {
  const steps = new Map(rules.lines.map(([state, event, then]) => [`${state} ${event}`, then]))
  return (state, event) => steps.get(`${state} ${event}`) ?? state
}

// The exported rules as they came with the page: from what the service worker keeps, else from the server.
export async function rulesOfPage() {
  const address = new URL("rules.json", import.meta.url)
  const kept = await globalThis.caches?.match(address)
  return (kept ?? (await fetch(address))).json()
}
