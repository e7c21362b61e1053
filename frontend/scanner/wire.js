// The calls to the server. Each ends in a whole answer, in Lost (nobody knows what the server did: ask again
// with the same ids) or in Refused (the server said no, and did nothing).

const PATIENCE = 20_000
const PATIENCE_FOR_LINES = 90_000

// What arrived was cut on its way (400), or came too often or too early: the same is sent again.
const AGAIN = [400, 408, 425, 429]

export class Lost extends Error {}

export class Refused extends Error {
  constructor(status, problem, retryAfter) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`)
    this.status = status
    this.problem = nameOf(problem)
    this.retryAfter = retryAfter
  }

  // Whether it is the device that is refused, and not what some network in between lets through.
  get device() {
    return this.status === 401 && this.problem.startsWith("device_")
  }

  get unreadable() {
    return [413, 422].includes(this.status)
  }
}

// The last part of the problem's type, as the refusals of the house are named.
const nameOf = ({ name, type = "" }) => name ?? type.split("/").pop().replaceAll("-", "_")

export class Wire {
  constructor({ clock, language = () => "fr", base = new URL("../api/", import.meta.url) }) {
    this.clock = clock
    this.language = language
    this.base = base
  }

  pair(pairing) {
    return this.#post("pair", null, { pairing })
  }

  hello(secret) {
    return this.#post("hello", secret, {})
  }

  roster(secret) {
    return this.#ask("roster", secret, { method: "GET" })
  }

  send(secret, items) {
    return this.#post("sync", secret, { items }, PATIENCE_FOR_LINES)
  }

  #post(name, secret, body, patience) {
    const told = { device_now: new Date(this.clock.raw()).toISOString(), ...body }
    return this.#ask(name, secret, { method: "POST", body: JSON.stringify(told) }, patience)
  }

  async #ask(name, secret, request, patience = PATIENCE) {
    const headers = { "Accept-Language": this.language() }
    if (secret) headers.Authorization = `Device ${secret}`
    if (request.body) headers["Content-Type"] = "application/json"
    const sent = this.clock.raw()
    const { reply, told } = await whole(new URL(name, this.base), { ...request, headers }, patience)
    if (reply.ok) return this.#heard(told, sent)
    const wait = Number(reply.headers.get("Retry-After")) * 1000
    if (reply.status >= 500 || AGAIN.includes(reply.status))
      throw Object.assign(new Lost(`HTTP ${reply.status}`), { wait })
    throw new Refused(reply.status, told ?? {}, wait)
  }

  #heard(told, sent) {
    if (!told || typeof told !== "object") throw new Lost("no answer in the answer")
    this.clock.heard(told, sent, this.clock.raw())
    return told
  }
}

async function whole(address, request, patience) {
  const options = { cache: "no-store", credentials: "omit", redirect: "error", signal: AbortSignal.timeout(patience) }
  try {
    const reply = await fetch(address, { ...request, ...options })
    const text = await reply.text()
    return { reply, told: parsed(text, reply.ok) }
  } catch (cause) {
    throw new Lost(cause.message, { cause })
  }
}

const parsed = (text, mustBeWhole) => {
  try {
    return JSON.parse(text)
  } catch (cause) {
    if (mustBeWhole) throw cause
    return null
  }
}
