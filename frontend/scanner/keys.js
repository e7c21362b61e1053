// A hand scanner types like a keyboard, but far faster, and ends with Enter. It is heard wherever the focus is.
// Set for an American keyboard on a French computer it types « & » for 1 and « q » for A: so each burst is read
// twice, by what was typed and by which keys were struck, and the check letter says which reading is right.

const FASTEST_HAND = 50
const SHORTEST = 8

const struck = (code) =>
  /^(?:Key|Digit|Numpad)([0-9A-Z])$/.exec(code)?.[1] ?? (code === "Slash" || code === "NumpadDivide" ? "/" : "")

export class Keys {
  #burst = []
  #last = 0

  // `heard(readings)`: the texts that a burst may stand for.
  constructor(heard, now = () => performance.now()) {
    this.heard = heard
    this.now = now
  }

  listen(target) {
    target.addEventListener("keydown", (event) => this.key(event), { capture: true })
  }

  key(event) {
    const at = this.now()
    if (at - this.#last > FASTEST_HAND) this.#burst = []
    this.#last = at
    if (event.key === "Enter") return this.#end(event)
    if (event.ctrlKey || event.altKey || event.metaKey) return undefined
    if (event.key.length === 1) this.#burst.push({ typed: event.key, struck: struck(event.code) })
    return undefined
  }

  #end(event) {
    const burst = this.#burst
    this.#burst = []
    if (burst.length < SHORTEST) return
    event.preventDefault()
    event.stopPropagation()
    this.heard([burst.map((key) => key.typed).join(""), burst.map((key) => key.struck).join("")])
  }
}
