// What the device takes along: the workshops of the place, and every pass as nine bytes in order of tag. A tag
// is five bytes of a keyed hash: it knows a code that is shown, and gives none away.

import { dayAfter } from "./clock.js"
import { fromBase64 } from "./bytes.js"
import { tagOf } from "./seal.js"

// The server's answer as it is kept. Refuses (RangeError) a list that is not whole.
export async function kept(answer) {
  const { tag_key: key, passes, ...rest } = answer
  const records = fromBase64(passes)
  if (records.length % rest.rules.records.record_bytes) throw new RangeError("a list cut in half")
  const usage = [{ name: "HMAC", hash: "SHA-256" }, false, ["sign"]]
  const imported = await crypto.subtle.importKey("raw", fromBase64(key), ...usage)
  return { ...rest, tag_key: imported, records: records.buffer }
}

export class Roster {
  constructor(rest) {
    Object.assign(this, rest)
    this.bytes = new Uint8Array(rest.records)
    this.shape = rest.rules.records
    this.size = this.bytes.length / this.shape.record_bytes
  }

  expired(now) {
    return now >= Date.parse(this.expires_at)
  }

  session(id) {
    return this.sessions.find((one) => one.id === id)
  }

  tag(code) {
    return tagOf(this.tag_key, code)
  }

  // What the list says of the pass with that tag: { state, place, day }, or null. Two passes that share a tag
  // and differ in state are `{ doubtful: true }`: nobody can tell which one is shown.
  find(tag) {
    const wanted = number(tag, 0)
    const first = this.#firstNotBelow(wanted)
    const found = []
    for (let rank = first; rank < this.size && this.#tagAt(rank) === wanted; rank++) found.push(this.#record(rank))
    if (!found.length) return null
    return found.every(({ state }) => state === found[0].state) ? found[0] : { doubtful: true }
  }

  #firstNotBelow(wanted) {
    let [low, high] = [0, this.size]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#tagAt(middle) < wanted) low = middle + 1
      else high = middle
    }
    return low
  }

  #tagAt(rank) {
    return number(this.bytes, rank * this.shape.record_bytes)
  }

  #record(rank) {
    const { tag_bytes: tag, record_bytes: width, day_zero: zero, no_day: noDay, no_place: noPlace, states } = this.shape
    const at = rank * width + tag
    const [state, place, high, low] = this.bytes.subarray(at, at + 4)
    const days = high * 256 + low
    return {
      state: states[state],
      place: place === noPlace ? null : (this.places[place]?.name ?? null),
      day: days === noDay ? null : dayAfter(zero, days),
    }
  }
}

// Five bytes as one number, which a double holds exactly.
const number = (bytes, at) =>
  bytes[at] * 2 ** 32 + (((bytes[at + 1] << 24) | (bytes[at + 2] << 16) | (bytes[at + 3] << 8) | bytes[at + 4]) >>> 0)

// Whether a participant's booked pass is the one with that tag. `given`: base64, as the list carries it.
export const sameTag = (given, tag) => Boolean(given) && fromBase64(given).every((byte, place) => byte === tag[place])
