// The page: it opens what the device keeps, and shows one screen at a time.

import { Desk } from "./desk.js"
import { Frame } from "./frame.js"
import { h } from "./dom.js"
import { Keys } from "./keys.js"
import { Page } from "./installing.js"
import { rulesOfPage, stepper } from "./rules.js"
import { Signal } from "./signal.js"
import { openStore } from "./store.js"
import { Words } from "./words.js"
import { DeviceScreen } from "./screen-device.js"
import { LinesScreen } from "./screen-lines.js"
import { PairScreen } from "./screen-pair.js"
import { PeopleScreen } from "./screen-people.js"
import { ScanScreen } from "./screen-scan.js"
import { SessionsScreen } from "./screen-sessions.js"

const SCREENS = {
  scan: ScanScreen,
  sessions: SessionsScreen,
  lines: LinesScreen,
  people: PeopleScreen,
  device: DeviceScreen,
  pair: PairScreen,
}
const NEEDS_SESSION = new Set(["scan", "people"])

class App {
  name = null
  screen = null
  #screens = {}

  constructor(desk) {
    this.desk = desk
    this.signal = new Signal()
    this.main = document.getElementById("main")
    this.page = new Page(() => this.update())
    this.frame = new Frame(this)
    this.#speak(desk.settings.language)
  }

  #speak(language) {
    this.words = new Words(language)
    this.#screens = {}
  }

  start() {
    const { desk } = this
    Object.assign(this.signal, { sound: desk.settings.sound, vibration: desk.settings.vibration })
    this.#speak(desk.settings.language)
    desk.addEventListener("change", () => this.update())
    desk.addEventListener("settled", ({ lines }) => this.#settled(lines))
    addEventListener("pointerdown", () => this.signal.wake(), { passive: true })
    addEventListener("hashchange", () => location.hash && this.#linked())
    new Keys((readings) => this.#heard(readings)).listen(document)
    this.show(location.hash ? "pair" : "scan")
    this.page.register()
  }

  // The link of a pairing code was followed while the page stood open.
  #linked() {
    if (this.name === "pair") this.screen.enter()
    else this.show("pair")
  }

  #possible(wanted) {
    const { desk } = this
    if (!desk.device || desk.refused) return "pair"
    return NEEDS_SESSION.has(wanted) && !desk.session ? "sessions" : wanted
  }

  // Show a screen; one that cannot be shown yet leads to what is missing.
  show(wanted) {
    const name = this.#possible(wanted)
    if (name === this.name) return
    this.screen?.leave?.()
    this.name = name
    this.screen = this.#screens[name] ??= new SCREENS[name](this)
    this.update()
    this.main.replaceChildren(this.screen.element)
    this.screen.enter()
  }

  update() {
    const { desk } = this
    if (this.name && this.name !== "pair" && (!desk.device || desk.refused)) return this.show("pair")
    if (NEEDS_SESSION.has(this.name) && !desk.session) return this.show("sessions")
    this.frame.update()
    return this.screen?.update()
  }

  async changeLanguage() {
    const language = this.words.language === "fr" ? "en" : "fr"
    await this.desk.set({ language })
    const { name } = this
    this.screen.leave?.()
    this.#speak(language)
    this.name = null
    this.show(name)
  }

  #heard(readings) {
    if (this.name !== "pair" && this.name !== "scan") this.show("scan")
    this.screen.heard?.(readings)
  }

  #settled(lines) {
    this.#screens.scan?.settled(lines)
    const bad = lines.filter((line) => line.state !== "taken").length
    if (bad) this.signal.give("bad")
    this.frame.say(bad ? this.words.say("alert", { n: bad }) : this.words.say("sent_well", { n: lines.length }))
  }
}

async function open() {
  const rules = await rulesOfPage()
  let desk = null
  const outdated = () => {
    desk.outdated = true
    desk.changed()
  }
  desk = new Desk({ rules, store: await openStore({ step: stepper(rules), outdated }) })
  await desk.read()
  const app = new App(desk)
  app.start()
  desk.begin()
}

function broken(fault) {
  const words = new Words(navigator.language.slice(0, 2))
  const notice = h(
    "div",
    { class: "notice error", role: "alert" },
    h(
      "div",
      {},
      h("p", { class: "notice-title" }, words.say("broken_title")),
      h("p", {}, words.say("broken")),
      h("p", { class: "hint" }, fault.message),
    ),
  )
  document.getElementById("main").replaceChildren(notice)
  throw fault
}

open().catch(broken)
