// The device as it stands, in words: network, clock, list, memory, page; and its settings.

import { button, h, icon } from "./dom.js"

export class DeviceScreen {
  #storage = {}

  constructor(app) {
    this.app = app
    const { words } = app
    this.title = h("h1", { tabindex: "-1" }, words.say("device_title"))
    this.prepared = h("div")
    this.facts = h("dl", { class: "facts" })
    this.danger = h("div", { class: "stack" })
    this.install = button(words.say("install"), () => app.page.install(), { hidden: true })
    this.element = h(
      "div",
      { class: "stack" },
      this.title,
      this.prepared,
      h("div", { class: "panel" }, this.facts),
      h("div", { class: "actions" }, app.frame.refreshButton(), this.install),
      h(
        "section",
        { class: "panel", "aria-labelledby": "settings" },
        h("h2", { id: "settings" }, words.say("settings")),
        this.#switch("sound"),
        this.#switch("vibration"),
        h(
          "div",
          {},
          button(words.say("language"), () => app.changeLanguage(), { lang: words.language === "fr" ? "en" : "fr" }),
        ),
      ),
      this.danger,
    )
    this.#unpairing(false)
  }

  #switch(name) {
    const { desk, words, signal } = this.app
    const input = h("input", { type: "checkbox", checked: desk.settings[name] })
    input.addEventListener("change", async () => {
      await desk.set({ [name]: input.checked })
      signal[name] = input.checked
      signal.wake()
      if (input.checked) signal.give("good")
    })
    return h("label", { class: "switch" }, input, h("span", {}, words.say(name)))
  }

  async enter() {
    this.app.frame.focus(this.title)
    const { usage } = (await navigator.storage?.estimate?.()) ?? {}
    this.#storage = { usage, safe: await navigator.storage?.persisted?.() }
    this.update()
  }

  update() {
    const { desk, words, page } = this.app
    if (!desk.device) return
    const { device } = desk
    const rows = [
      ["device_place", device.place.name],
      ["device_label", device.label],
      ["device_programme", device.programme.name],
      ["device_network", this.app.frame.network()],
      [
        "contact",
        device.contact_at ? `${words.day(device.contact_at)}, ${words.time(device.contact_at)}` : words.say("never"),
      ],
      ["device_clock", clockWords(words, desk.clock)],
      ["device_list", this.#list()],
      ["device_storage", this.#memory()],
      ["device_page", page.words(words)],
    ]
    this.facts.replaceChildren(
      ...rows.map(([key, text]) => h("div", {}, h("dt", {}, words.say(key)), h("dd", { "data-fact": key }, text))),
    )
    this.install.hidden = !page.installable
    this.prepared.replaceChildren(this.app.frame.prepared())
  }

  #list() {
    const { roster, clock } = this.app.desk
    const { words } = this.app
    if (!roster) return words.say("list_none")
    const made = Date.parse(roster.made_at)
    const told = words.say("list_made", { n: roster.size, day: words.day(made), time: words.time(made) })
    const more = roster.expired(clock.now()) ? "list_expired" : roster.complete ? "list_complete" : "list_incomplete"
    return `${told}. ${words.say(more)}`
  }

  #memory() {
    const { words } = this.app
    const { usage, safe } = this.#storage
    const used = usage ? ` ${words.say("storage_used", { used: Math.round(usage / 100_000) / 10 })}` : ""
    return words.say(safe ? "storage_safe" : "storage_unsafe") + used
  }

  #unpairing(asked) {
    const { words, desk } = this.app
    const act = (key, kind, onclick) => button(words.say(key), onclick, { kind })
    if (!asked)
      return this.danger.replaceChildren(
        h(
          "div",
          {},
          act("forget", "danger", () => this.#unpairing(true)),
        ),
      )
    const waits = desk.counts.queued + desk.counts.sending + desk.counts.aside > 0
    const sure = act("forget_sure", "danger", async () => {
      await desk.forget()
      this.app.show("pair")
    })
    const title = h("h2", { tabindex: "-1" }, words.say("forget"))
    this.danger.replaceChildren(
      h(
        "section",
        { class: "confirm danger" },
        title,
        h("p", {}, words.say(waits ? "forget_waits" : "forget_help")),
        h(
          "div",
          { class: "actions" },
          waits ? null : sure,
          act("keep", "secondary", () => this.#unpairing(false)),
        ),
      ),
    )
    return this.app.frame.focus(title)
  }
}

export function clockWords(words, clock) {
  if (clock.off === null) return words.say("clock_unknown")
  if (!clock.isOff()) return words.say("clock_right")
  return words.say(clock.off > 0 ? "clock_ahead" : "clock_behind", { span: words.span(clock.off) })
}

export const networkIcon = (desk) => icon(desk.silent || !navigator.onLine ? "offline" : "online")
