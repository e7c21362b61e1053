// Sending the queue without any page, when the browser says that the network is back.

import { Clock } from "./clock.js"
import { Contact } from "./contact.js"
import { rulesOfPage, stepper } from "./rules.js"
import { HOLD, openStore } from "./store.js"
import { sendAll } from "./sync.js"
import { Wire } from "./wire.js"

// Throws when something still waits, so that the browser asks again later.
export async function sendInBackground() {
  const store = await openStore({ step: stepper(await rulesOfPage()) })
  try {
    const device = await store.get("device")
    if (!device || device.refused) return
    const clock = new Clock(device.clock)
    const { language = "fr" } = (await store.get("settings")) ?? {}
    const wire = new Wire({ clock, language: () => language })
    await cancelled(await store.nextReady(), clock)
    await sendAsPage({ store, wire, clock, device })
  } finally {
    store.close()
  }
}

async function sendAsPage(desk) {
  const contact = new Contact(desk)
  try {
    const settled = await sendAll(desk)
    if (settled?.length) await contact.note(desk.device)
  } catch (fault) {
    await contact.note(desk.device, fault)
    throw fault
  } finally {
    new BroadcastChannel("scanner").postMessage("written")
  }
}

// The last use may still be cancelled at the counter: wait until it cannot.
const cancelled = (ready, clock) =>
  new Promise((resolve) => setTimeout(resolve, Math.min(HOLD, Math.max(0, (ready ?? 0) - clock.raw()))))
