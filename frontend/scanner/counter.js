// One pass after the other: judged by the list and the rules, and taken at once when the verdict is valid. A
// use is on the disk before anything says that it is taken. What is told is { verdict, …what is known }.

import { dayOf } from "./clock.js"
import { newId } from "../../static/web/ids.js"
import { sameTag } from "./roster.js"
import { verdict } from "./rules.js"
import { seal, tagOf } from "./seal.js"
import { toHex } from "./bytes.js"
import { HOLD, NotWritten } from "./store.js"

const SAME_CARD = 4000
const DOUBLE_TAP = 1500
const NOTHING = { text: "", at: 0, verdict: "" }
const SEATED = new Set(["expected", "present"])

export class Counter {
  participant = null // whose pass is awaited; null: of whoever shows it
  #set = []
  #asked = null
  #last = NOTHING
  #queue = Promise.resolve()

  // `desk` gives store, clock, device, rules, roster and session as they stand.
  constructor(desk) {
    this.desk = desk
  }

  // A text from the camera, a hand scanner or the keyboard. Null where the same card is still before the camera,
  // or a key was struck twice.
  present(text, source = "typed") {
    if (this.#again(text, source)) return Promise.resolve(null)
    return this.#next(() => this.#judgeAndNote(text))
  }

  // The person at the counter takes a pass that the device could not judge.
  confirm() {
    const asked = this.#asked
    this.#asked = null
    return this.#next(() => (asked ? this.#collect(asked) : null))
  }

  cancel(id) {
    this.#last = NOTHING
    return this.#next(async () => ({ verdict: (await this.desk.store.cancel(id)) ? "cancelled" : "cancel_late" }))
  }

  // Nothing of the passes shown so far for one person is taken.
  giveUp() {
    this.#set = []
    this.#asked = null
    return { verdict: "given_up" }
  }

  // The same card may be shown again at once: another workshop or another person is being served.
  reset(participant = null) {
    this.giveUp()
    this.participant = participant
    this.#last = NOTHING
  }

  #next(work) {
    const done = this.#queue.then(work)
    this.#queue = done.catch(() => {})
    return done
  }

  // A card stays before the camera; a key is struck twice. The same pass shown again later is judged again.
  #again(text, source) {
    const now = performance.now()
    const { at, verdict } = this.#last
    const still = source === "camera" ? now - at < SAME_CARD : now - at < DOUBLE_TAP && verdict !== "other"
    const same = text === this.#last.text && still
    if (!same || source === "camera") this.#last = { text, at: now, verdict: same ? verdict : "" }
    return same
  }

  async #judgeAndNote(text) {
    const told = await this.#judge(text)
    if (this.#last.text === text && told.verdict !== "valid") this.#last.verdict = "other"
    return told
  }

  async #judge(text) {
    this.#asked = null
    const { roster, session, clock, store, rules, device } = this.desk
    if (!session || dayOf(Date.parse(session.starts_at)) !== clock.today()) return { verdict: "no_session" }
    const facts = this.#facts(text)
    const { code, found } = verdict(rules, facts)
    if (found !== "code") return verdict(rules, facts)
    const [mark, tag] = await Promise.all([tagOf(device.mark_key, code).then(toHex), roster.tag(code)])
    const [held, listed] = [await store.holding(mark), roster.find(tag)]
    const known = listed?.doubtful ? { complete: false } : { state: listed?.state ?? null }
    const told = verdict(rules, { ...facts, ...known, queued: Boolean(held) })
    const shown = { ...told, listed, held, mark, participant: this.#participantOf(tag), until: facts.last_day_of_use }
    if (!told.takes) return shown
    if (told.verdict === "to_check") return this.#ask(shown, facts.expired ? "expired" : "")
    return (await this.#isFull(shown)) ? this.#ask({ ...shown, verdict: "to_check" }, "full") : this.#collect(shown)
  }

  #facts(text) {
    const { roster, clock } = this.desk
    return {
      text,
      state: null,
      complete: roster.complete,
      expired: roster.expired(clock.now()),
      queued: false,
      day: clock.today(),
      last_day_of_use: roster.calendar.last_day_of_use,
    }
  }

  #ask(shown, why) {
    this.#asked = shown
    return { ...shown, why, waits: true, seats: this.desk.session.seats }
  }

  #participantOf(tag) {
    const booked = this.desk.session.participants.find((one) => sameTag(one.tag, tag))
    return this.participant ?? booked ?? null
  }

  // Whether the seats are taken, by the list and by what the device took since, for somebody without a seat.
  async #isFull({ participant }) {
    if (participant || this.#set.length) return false
    const { session, store } = this.desk
    const seated = new Set(session.participants.filter((one) => SEATED.has(one.status)).map((one) => one.id))
    for (const line of await store.linesAt(session.id))
      if (line.state !== "refused") seated.add(line.participant ?? line.id)
    return seated.size >= session.seats
  }

  async #collect(shown) {
    const { price } = this.desk.session
    if (this.#set.some(({ mark }) => mark === shown.mark)) return { ...shown, verdict: "twice" }
    this.#set.push(shown)
    if (this.#set.length < price) return { ...shown, verdict: "part", have: this.#set.length, price }
    const set = this.#set
    this.#set = []
    return this.#take(set)
  }

  async #take(set) {
    const person = set.find((one) => one.participant)?.participant ?? null
    try {
      const lines = await this.#lines(set, person)
      const held = await this.desk.store.add(lines)
      if (held) return { ...set.at(-1), verdict: "already_used", held }
      this.participant = null
      return { ...set.at(-1), verdict: "valid", taken: lines[0].id, participant: person }
    } catch (fault) {
      if (!(fault instanceof NotWritten)) throw fault
      this.#last = NOTHING
      return { verdict: fault.full ? "full" : "not_written", fault: fault.message }
    }
  }

  #lines(set, person) {
    const { session, device, clock } = this.desk
    const scanned = clock.raw()
    const together = set.length > 1 ? newId() : null
    const common = {
      session: session.id,
      title: session.title,
      place: device.place.id,
      place_name: device.place.name,
      scanned_at: new Date(scanned).toISOString(),
      told_at: clock.now(),
      ready_at: scanned + HOLD,
      participant: person?.id ?? together,
      person: person && { rank: person.rank, label: person.label },
      set: together,
    }
    return Promise.all(
      set.map(async ({ mark, code, verdict: said }) => ({
        id: newId(),
        mark,
        said,
        sealed: await seal(device.seal_key, code),
        ...common,
      })),
    )
  }
}
