// Sending the queue: in batches, under one lock for every page and the service worker, the same ids until an
// answer has been kept. Lines leave `sending` only by an answer for their own id.

import { Lost, Refused } from "./wire.js"

export const BATCH = 500
const LOCK = "scanner-sync"

// Sends what waits. Gives the settled lines, or null when another page is sending. Throws what stopped it: Lost
// (ask again later) or Refused (the device is not known any more); the lines then wait as before.
export function sendAll(desk) {
  return navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => (lock ? sendBatches(desk) : null))
}

async function sendBatches({ store, wire, clock, device, heard = () => {} }) {
  await store.fallBack("closed")
  const settled = []
  let size = BATCH
  for (;;) {
    const lines = await store.begin(size, clock.raw(), device.place.id)
    if (!lines.length) return settled
    const answer = await sent(store, wire, device, lines)
    if (answer) settled.push(...(await noted(store, lines, answer, clock, heard)))
    size = answer ? Math.min(BATCH, size * 2) : Math.max(1, size >> 1)
  }
}

// The answer, or null when the server could not read these lines: then fewer are sent, and a single one that
// it cannot read stands aside, so that it never holds the others back.
async function sent(store, wire, device, lines) {
  try {
    return await wire.send(device.secret, lines.map(itemOf))
  } catch (fault) {
    const unreadable = fault instanceof Refused && fault.unreadable
    const single = lines.length === 1 || (lines[0].set && lines.every((line) => line.set === lines[0].set))
    if (unreadable && single) await store.setAside(lines, fault.message)
    else await store.fallBack(unreadable ? "error" : "lost")
    if (unreadable) return null
    throw fault
  }
}

async function noted(store, lines, answer, clock, heard) {
  const outcomes = Array.isArray(answer.outcomes) ? answer.outcomes.filter((one) => one?.id) : []
  const settled = await store.settle(lines, outcomes, clock.now())
  if (!settled.length) throw new Lost("an answer without any of the lines")
  heard(settled)
  return settled
}

const itemOf = ({ id, sealed, session, scanned_at, participant, seq }) => ({
  id,
  sealed,
  session,
  scanned_at,
  participant,
  seq,
})

// When to try again: after 2, 4, 8… seconds, five minutes at most, never all devices at once.
export class Pace {
  #failed = 0

  done() {
    this.#failed = 0
  }

  // Milliseconds until the next try; `asked`: what the server asked for.
  failed(asked = 0) {
    const seconds = Math.min(300, 2 ** ++this.#failed)
    return Math.max(asked, seconds * 1000 * (0.8 + 0.4 * Math.random()))
  }
}
