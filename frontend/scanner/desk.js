// The scanner as a whole, without any screen: what it knows, what can be done with it, and when it speaks to the
// server by itself. Screens listen to `change`, and to `settled` for what became of the lines.

import { Clock } from "./clock.js"
import { Contact } from "./contact.js"
import { Counter } from "./counter.js"
import { Roster } from "./roster.js"
import { HOLD } from "./store.js"
import { Pace, sendAll } from "./sync.js"
import { Refused, Wire } from "./wire.js"

const GREETING = 5 * 60_000
const SWEEP = 3_600_000

export class Desk extends EventTarget {
  device = null
  roster = null
  session = null
  counts = { queued: 0, sending: 0, aside: 0, alert: 0, settled: 0 }
  busy = new Set() // of "sync", "list"
  silent = false // whether the server did not answer last time
  nextTry = null
  outdated = false
  settings = { language: "fr", sound: true, vibration: true }
  #pace = new Pace()
  #timer = null
  #others = new BroadcastChannel("scanner")

  constructor({ store, rules, clock = new Clock() }) {
    super()
    Object.assign(this, { store, clock, pageRules: rules })
    this.wire = new Wire({ clock, language: () => this.settings.language })
    this.contact = new Contact(this)
    this.counter = new Counter(this)
    this.#others.onmessage = () => this.#reread()
  }

  // The rules that came with the list, else those of the page.
  get rules() {
    return this.roster?.rules ?? this.pageRules
  }

  get refused() {
    return this.device?.refused ?? null
  }

  // What the device keeps.
  async read() {
    this.settings = { ...this.settings, ...(await this.store.get("settings")) }
    await this.#reread()
  }

  // From now on the desk speaks to the server by itself.
  begin() {
    addEventListener("online", () => this.wake())
    addEventListener("offline", () => this.changed())
    document.addEventListener("visibilitychange", () => document.hidden || this.wake())
    setInterval(() => this.wake(), GREETING)
    setInterval(() => this.#reread(), GREETING)
    setInterval(() => this.store.sweep(this.clock.now()).catch(() => {}), SWEEP)
    this.wake()
  }

  changed() {
    this.dispatchEvent(new Event("change"))
  }

  // What this page or another one wrote.
  async #reread() {
    const [device, kept, chosen] = await Promise.all(
      ["device", "roster", "session"].map((name) => this.store.get(name)),
    )
    this.device = device ?? null
    if (this.clock.skew === null) Object.assign(this.clock, this.device?.clock)
    const mine = kept && device && kept.place_id === device.place.id
    if (!mine) this.roster = null
    else if (this.roster?.made_at !== kept.made_at) this.roster = new Roster(kept)
    await this.contact.forgetPeople(this.roster).catch(() => {})
    this.#sitDown(chosen)
    await this.count()
  }

  #sitDown(chosen) {
    const today = this.sessions().today
    this.session = today.find((one) => one.id === chosen) ?? (today.length === 1 ? today[0] : null)
  }

  async count() {
    this.counts = await this.store.counts()
    this.changed()
  }

  #tellOthers() {
    this.#others.postMessage("written")
  }

  // The workshops of today, and those of other days, by hour.
  sessions() {
    const day = this.clock.today()
    const every = [...(this.roster?.sessions ?? [])].sort((one, other) => one.starts_at.localeCompare(other.starts_at))
    const isToday = (one) => this.dayOf(one.starts_at) === day
    return { today: every.filter(isToday), others: every.filter((one) => !isToday(one)) }
  }

  dayOf(instant) {
    return new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Paris" }).format(new Date(instant))
  }

  // --- acts ---------------------------------------------------------------------------------------
  async pair(code) {
    this.device = await this.contact.pair(code)
    navigator.storage?.persist?.().catch(() => {})
    await this.#reread()
    this.#tellOthers()
    await this.refresh().catch(() => {})
    this.wake()
  }

  async choose(session) {
    this.session = session
    this.counter.reset()
    await this.store.put("session", session.id).catch(() => {})
    this.changed()
  }

  async set(changes) {
    this.settings = { ...this.settings, ...changes }
    await this.store.put("settings", this.settings).catch(() => {})
    this.changed()
  }

  // The list of today from the server. Throws what kept it from coming.
  refresh() {
    return this.#busy("list", async () => {
      this.roster = await this.contact.refresh(this.device)
      this.#sitDown(await this.store.get("session"))
      this.#tellOthers()
    })
  }

  // What the counter told was written: it leaves once it can no longer be cancelled.
  async taken() {
    await this.count()
    this.#tellOthers()
    this.#later(HOLD + 100)
    const registration = await navigator.serviceWorker?.ready
    registration?.sync?.register("lines").catch(() => {})
  }

  async see(ids) {
    await this.store.see(ids, this.clock.now())
    await this.count()
    this.#tellOthers()
  }

  async forget() {
    await this.store.forget("device", "roster", "session")
    await this.#reread()
    this.#tellOthers()
  }

  // --- speaking to the server ---------------------------------------------------------------------
  // Speak now: the queue first, then the list where it is old, else a greeting.
  async wake() {
    if (!this.device || this.refused || !navigator.onLine) return this.changed()
    this.#later(null)
    try {
      const spoke = await this.#send()
      if (this.contact.needsList(this.roster)) await this.refresh()
      else if (!spoke) await this.contact.hello(this.device)
      await this.#answered()
    } catch (fault) {
      await this.#unanswered(fault)
    }
    return this.#reread()
  }

  #send() {
    return this.#busy("sync", async () => {
      const told = await sendAll({ ...this, store: this.store, heard: (settled) => this.heard(settled) })
      if (told?.length) await this.contact.note(this.device)
      if (told?.length) this.#tellOthers()
      return Boolean(told?.length)
    })
  }

  heard(settled) {
    this.dispatchEvent(Object.assign(new Event("settled"), { lines: settled }))
    this.count()
  }

  // What may not leave yet, or came meanwhile, is sent a little later.
  async #answered() {
    this.silent = false
    this.nextTry = null
    this.#pace.done()
    if (await this.store.nextReady()) this.#later(HOLD)
  }

  async #unanswered(fault) {
    if (fault instanceof Refused && fault.device) {
      await this.contact.note(this.device, fault)
      return
    }
    this.silent = true
    const wait = this.#pace.failed(fault.wait ?? fault.retryAfter ?? 0)
    this.nextTry = this.clock.now() + wait
    this.#later(wait)
  }

  #later(milliseconds) {
    clearTimeout(this.#timer)
    this.#timer = milliseconds === null ? null : setTimeout(() => this.wake(), milliseconds)
  }

  async #busy(name, work) {
    if (this.busy.has(name)) return null
    this.busy.add(name)
    this.changed()
    try {
      return await work()
    } finally {
      this.busy.delete(name)
      this.changed()
    }
  }
}
