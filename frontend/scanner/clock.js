// The time of the device set right by what the server said. The device's own clock is never trusted for a
// date, and never changed: each use keeps it as it stood, with the skew measured when it is sent.

export const TOLERATED = 2 * 60_000
const ZONE = "Europe/Paris"
const DAY = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit" })

export class Clock {
  // `skew`: milliseconds by which the device is ahead of the programme's own time, by which instants are set
  // right. `off`: those by which it is ahead of the real time, which a demonstration does not live in. Both null
  // until the server has been heard.
  constructor({ skew = null, off = null } = {}, read = Date.now) {
    Object.assign(this, { skew, off, read })
  }

  // The server's instant, against the middle of the time that its answer took.
  heard({ server_now: serverNow, made_at: madeAt, skew_ms: off = null }, sent, received) {
    const instant = serverNow ?? madeAt
    if (instant) this.skew = Math.round((sent + received) / 2 - Date.parse(instant))
    this.off = off ?? this.off
  }

  // What is kept of it.
  get kept() {
    return { skew: this.skew, off: this.off }
  }

  raw() {
    return this.read()
  }

  now() {
    return this.read() - (this.skew ?? 0)
  }

  today() {
    return dayOf(this.now())
  }

  isOff() {
    return Math.abs(this.off ?? 0) > TOLERATED
  }
}

// The day in France of an instant in milliseconds, as 2022-12-13.
export const dayOf = (instant) => DAY.format(instant)

// A day given as 2022-12-13, moved by so many days.
export const dayAfter = (day, days) =>
  new Date(Date.parse(`${day}T12:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
