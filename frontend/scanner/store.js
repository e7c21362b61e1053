// What the device keeps, in IndexedDB: who it is, its list, and each use until its answer has been seen. Every
// write is on the disk before it is said to be: a flat battery loses nothing that the screen has called taken.

import { openDB } from "../../static/vendor/idb.js"

const STRICT = { durability: "strict" }
const DAY = 24 * 3_600_000
const UNSEEN_FOR = 7 * DAY

// Nothing was written. `full`: for lack of room on the device.
export class NotWritten extends Error {
  constructor(cause) {
    super(cause?.message ?? "not written", { cause })
    this.full = cause?.name === "QuotaExceededError"
  }
}

// `step`: the state that a line enters by an event. `outdated`: called when another page needs a newer database.
export async function openStore({ step, name = "scanner", outdated = () => {} }) {
  const db = await openDB(name, 1, {
    upgrade(fresh) {
      fresh.createObjectStore("kept")
      const lines = fresh.createObjectStore("lines", { keyPath: "id" })
      lines.createIndex("lane", ["lane", "seq"])
      lines.createIndex("mark", "mark")
      lines.createIndex("seq", "seq")
      lines.createIndex("session", ["session", "state"])
    },
    blocking() {
      db.close()
      outdated()
    },
    terminated: outdated,
  })
  return new Store(db, step)
}

export class Store {
  #db
  #step

  constructor(db, step) {
    this.#db = db
    this.#step = step
  }

  close() {
    this.#db.close()
  }

  // --- one thing under a name: the device, its list, its settings ---------------------------------
  get(name) {
    return this.#db.get("kept", name)
  }

  put(name, value) {
    return this.#write(["kept"], (tx) => tx.objectStore("kept").put(value, name))
  }

  // `changes`: what is new, by what stands there; null leaves it. Gives what stands there after.
  change(name, changes) {
    return this.#write(["kept"], async (tx) => {
      const kept = await tx.objectStore("kept").get(name)
      const fresh = changes(kept)
      const made = fresh ? { ...kept, ...fresh } : kept
      if (fresh) await tx.objectStore("kept").put(made, name)
      return made
    })
  }

  forget(...names) {
    return this.#write(["kept"], (tx) => Promise.all(names.map((name) => tx.objectStore("kept").delete(name))))
  }

  // --- lines --------------------------------------------------------------------------------------
  // Queue the passes of one person together, or none. Gives the line that already holds one of them, if any.
  add(lines) {
    return this.#write(["kept", "lines"], async (tx) => {
      const store = tx.objectStore("lines")
      for (const { mark } of lines) {
        const live = (await store.index("mark").getAll(mark)).find(isLive)
        if (live) return live
      }
      let seq = (await tx.objectStore("kept").get("seq")) ?? 0
      for (const line of lines) await store.add({ ...line, seq: ++seq, state: "queued", lane: "queued", tries: 0 })
      await tx.objectStore("kept").put(seq, "seq")
      return null
    })
  }

  // The line that holds this pass already, if the device took it.
  async holding(mark) {
    return (await this.#db.getAllFromIndex("lines", "mark", mark)).find(isLive)
  }

  // Take back a use that has never left the device, with the other passes of the same person. Whether it was.
  cancel(id) {
    return this.#lines(async (store) => {
      const line = await store.get(id)
      const set = line?.set ? (await store.getAll()).filter((one) => one.set === line.set) : [line]
      if (!line || set.some((one) => one.state !== "queued" || one.tries)) return false
      await Promise.all(set.map((one) => store.delete(one.id)))
      return true
    })
  }

  // The next lines to send, at most `limit`, now being sent. The passes of one person stay together.
  begin(limit, now, placeId) {
    return this.#lines(async (store) => {
      const waiting = await store.index("lane").getAll(lane("queued"), limit + 8)
      const away = waiting.filter((line) => line.place !== placeId)
      await Promise.all(away.map((line) => store.put({ ...line, lane: "aside" })))
      const ready = waiting.filter((line) => line.place === placeId && isReady(line, now))
      const chosen = wholeSets(ready, limit)
      return this.#all(store, chosen, (line) => ({ ...this.#stepped(line, "send"), tries: line.tries + 1 }))
    })
  }

  // No answer came, or the page was closed while it waited: whatever was being sent waits again.
  fallBack(event = "lost") {
    return this.#lines(async (store) => {
      const sending = await store.index("lane").getAll(lane("sending"))
      await this.#all(store, sending, (line) => this.#stepped(line, event))
      return sending.length
    })
  }

  // Note the answers, by id. Gives the settled lines; those without an answer wait again.
  settle(lines, outcomes, now) {
    const told = new Map(outcomes.map((outcome) => [outcome.id, outcome]))
    return this.#lines(async (store) => {
      const after = lines.map((line) => this.#answered(line, told.get(line.id), now))
      await Promise.all(after.map((line) => store.put(line)))
      return after.filter((line) => line.settled_at)
    })
  }

  #answered(line, outcome, now) {
    const after = outcome ? this.#stepped(line, outcome.status) : line
    if (after.state === "queued") return after
    if (after.state === "sending") return this.#stepped(line, "lost")
    const { sealed: _sealed, ...rest } = after
    return { ...rest, outcome, settled_at: now, lane: after.state === "taken" ? "settled" : "alert" }
  }

  // What the server cannot read, or what was taken for another place: kept, not sent, and said.
  setAside(lines, problem) {
    return this.#lines((store) =>
      this.#all(store, lines, (line) => ({ ...this.#stepped(line, "error"), lane: "aside", problem })),
    )
  }

  takeUp(placeId) {
    return this.#lines(async (store) => {
      const aside = (await store.index("lane").getAll(lane("aside"))).filter((line) => line.place === placeId)
      return this.#all(store, aside, ({ problem: _problem, ...line }) => ({ ...line, lane: "queued" }))
    })
  }

  // The person has read what became of these.
  see(ids, now) {
    return this.#lines(async (store) => {
      const lines = await Promise.all(ids.map((id) => store.get(id)))
      const unseen = lines.filter((line) => line?.settled_at && !line.seen_at)
      return this.#all(store, unseen, (line) => ({ ...line, lane: "settled", seen_at: now }))
    })
  }

  // Lines leave once their answer was seen and a day has passed, or after a week unseen.
  sweep(now) {
    return this.#lines(async (store) => {
      const index = store.index("lane")
      const told = [...(await index.getAll(lane("settled"))), ...(await index.getAll(lane("alert")))]
      const old = told.filter((line) => now - line.settled_at > (line.seen_at ? DAY : UNSEEN_FOR))
      const gone = old.filter((line) => this.#step(line.state, "seen") === "gone")
      await Promise.all(gone.map((line) => store.delete(line.id)))
    })
  }

  // The latest lines, newest first.
  async latest(limit) {
    const found = []
    let cursor = await this.#db.transaction("lines").store.index("seq").openCursor(null, "prev")
    for (; cursor && found.length < limit; cursor = await cursor.continue()) found.push(cursor.value)
    return found
  }

  // Lines refused or disputed that nobody has read yet.
  alerts() {
    return this.#db.getAllFromIndex("lines", "lane", lane("alert"))
  }

  // How many passes the device took at a workshop, whatever became of them but a refusal.
  async takenAt(session) {
    const index = this.#db.transaction("lines").store.index("session")
    const states = ["queued", "sending", "taken", "disputed"]
    const numbers = await Promise.all(states.map((state) => index.count([session, state])))
    return numbers.reduce((total, one) => total + one, 0)
  }

  linesAt(session) {
    return this.#db.getAllFromIndex("lines", "session", lane(session))
  }

  // How many lines wait, are being sent, stand aside, were refused or disputed unseen, and are over.
  async counts() {
    const index = this.#db.transaction("lines").store.index("lane")
    const names = ["queued", "sending", "aside", "alert", "settled"]
    const numbers = await Promise.all(names.map((name) => index.count(lane(name))))
    return Object.fromEntries(names.map((name, rank) => [name, numbers[rank]]))
  }

  // When the first waiting line may leave; null when none waits.
  async nextReady() {
    const [first] = await this.#db.getAllFromIndex("lines", "lane", lane("queued"), 1)
    return first?.ready_at ?? null
  }

  #stepped(line, event) {
    const state = this.#step(line.state, event)
    return { ...line, state, lane: state === "queued" || state === "sending" ? state : line.lane }
  }

  async #all(store, lines, change) {
    const changed = lines.map(change)
    await Promise.all(changed.map((line) => store.put(line)))
    return changed
  }

  #lines(work) {
    return this.#write(["lines"], (tx) => work(tx.objectStore("lines")))
  }

  async #write(names, work) {
    try {
      const tx = this.#db.transaction(names, "readwrite", STRICT)
      const [made] = await Promise.all([worked(tx, work), tx.done])
      return made
    } catch (cause) {
      throw new NotWritten(cause)
    }
  }
}

const lane = (name) => IDBKeyRange.bound([name], [name, []])

const isLive = (line) => line.state !== "refused"

export const HOLD = 5000

// A clock that was set back must not hold a line for ever.
const isReady = ({ ready_at: ready }, now) => ready <= now || ready > now + 2 * HOLD

async function worked(tx, work) {
  try {
    return await work(tx)
  } catch (fault) {
    try {
      tx.abort()
    } catch {
      /* it is over already */
    }
    throw fault
  }
}

// At most `limit` lines; a set cut by the limit waits for the next sending, unless it comes first.
function wholeSets(ready, limit) {
  const cut = ready[limit]?.set && ready[limit].set === ready[limit - 1].set ? ready[limit].set : null
  const whole = ready.slice(0, limit).filter((line) => !cut || line.set !== cut)
  return whole.length ? whole : ready.filter((line) => line.set === cut)
}
