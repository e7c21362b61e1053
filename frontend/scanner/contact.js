// Whatever the device says to the server and hears from it, but for the queue: pairing, greeting, the list. It
// notes the skew of the clock at each contact, and that the device is not known any more.

import { kept, Roster } from "./roster.js"
import { markKey } from "./seal.js"
import { Refused } from "./wire.js"

const OLD_LIST = 30 * 60_000

export class Contact {
  constructor({ store, wire, clock }) {
    Object.assign(this, { store, wire, clock })
  }

  // The device of that code. What was taken before keeps its marks; what waits for this place is taken up.
  async pair(code) {
    const told = await this.wire.pair(code)
    const before = await this.store.get("device")
    const device = {
      ...told,
      mark_key: before?.mark_key ?? (await markKey()),
      clock: this.clock.kept,
      contact_at: this.clock.now(),
      refused: null,
    }
    await this.store.put("device", device)
    if (before && before.place.id !== told.place.id) await this.store.forget("roster", "session")
    await this.store.takeUp(told.place.id)
    return device
  }

  hello(device) {
    return this.#talk(device, () => this.wire.hello(device.secret))
  }

  // The list of today, kept; the one that stands is kept when anything fails.
  async refresh(device) {
    const answer = await this.#talk(device, () => this.wire.roster(device.secret))
    const made = { ...(await kept(answer)), place_id: device.place.id }
    await this.store.put("roster", made)
    return new Roster(made)
  }

  needsList(roster) {
    if (!roster) return true
    const made = Date.parse(roster.made_at)
    return this.clock.now() - made > OLD_LIST || roster.day !== this.clock.today() || roster.expired(this.clock.now())
  }

  // What the last contact said of that device, noted; a refusal of the device stops everything but keeps all. One
  // that was paired anew meanwhile is another device.
  async note({ secret }, fault = null) {
    const refused = fault instanceof Refused && fault.device ? fault.problem : null
    if (fault && !refused) return
    const changes = refused ? { refused } : { refused: null, clock: this.clock.kept, contact_at: this.clock.now() }
    const device = await this.store.change("device", (kept) => (kept?.secret === secret ? changes : null))
    if (device?.refused) await this.store.forget("roster", "session")
  }

  // A list that is out of time judges nothing by itself: who was expected is nobody's business any more.
  async forgetPeople(roster) {
    if (!roster?.expired(this.clock.now()) || !roster.sessions.length) return
    await this.store.change("roster", (kept) => (kept?.made_at === roster.made_at ? { sessions: [] } : null))
    roster.sessions = []
  }

  async #talk(device, ask) {
    try {
      const answer = await ask()
      if (answer.revoked) throw new Refused(401, { name: "device_revoked" })
      await this.note(device)
      return answer
    } catch (fault) {
      await this.note(device, fault)
      throw fault
    }
  }
}
