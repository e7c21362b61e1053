// What surrounds every screen: whose device it is, what stands always in words, the notices, the tabs.

import { button, h, icon } from "./dom.js"
import { clockWords, networkIcon } from "./screen-device.js"

const TABS = [
  ["scan", "qr"],
  ["lines", "list"],
  ["people", "people"],
  ["device", "phone"],
]

export class Frame {
  constructor(app) {
    this.app = app
    this.top = document.getElementById("top")
    this.notices = document.getElementById("notices")
    this.tabs = document.getElementById("tabs")
    this.said = document.getElementById("said")
  }

  // Say something to who does not see the screen.
  say(text) {
    this.said.textContent = ""
    requestAnimationFrame(() => {
      this.said.textContent = text
    })
  }

  focus(element) {
    element.focus({ preventScroll: false })
  }

  refreshButton() {
    const { words, desk } = this.app
    const onclick = async () => {
      if (desk.busy.size) return
      await desk.wake()
      if (!desk.refused && !desk.silent) await desk.refresh().catch(() => {})
      this.say(this.network())
    }
    return button(words.say("refresh"), onclick, { sign: "refresh", "data-refresh": "" })
  }

  // Whether the device may leave the network behind, in words.
  prepared() {
    const { desk, page, words } = this.app
    const listed = desk.roster && !desk.roster.expired(desk.clock.now())
    const key = !page.kept ? "prepared_not_page" : listed ? "prepared" : "prepared_not_list"
    const tone = key === "prepared" ? "success" : "warning"
    return h(
      "p",
      { class: `notice ${tone}`, "data-prepared": key },
      icon(key === "prepared" ? "check" : "alert"),
      words.say(key),
    )
  }

  network() {
    const { desk, words } = this.app
    if (!navigator.onLine) return words.say("offline")
    if (desk.silent && desk.nextTry) return words.say("unanswered_again", { time: words.time(desk.nextTry) })
    return words.say(desk.silent ? "unanswered" : "online")
  }

  update() {
    const { words } = this.app
    document.documentElement.lang = words.language
    document.title = words.say("app")
    document.getElementById("skip").textContent = words.say("skip")
    this.#head()
    this.#tell()
    this.#tabs()
    document.querySelectorAll("[data-refresh]").forEach((one) => this.#refreshing(one))
  }

  #refreshing(one) {
    const busy = this.app.desk.busy.has("list")
    one.setAttribute("aria-disabled", busy)
    one.querySelector("span").textContent = this.app.words.say(busy ? "refreshing" : "refresh")
  }

  #head() {
    const { desk, words } = this.app
    const { device } = desk
    this.#replace(
      this.top,
      JSON.stringify([device?.place.name, this.#standing(), words.language, navigator.onLine, desk.silent]),
      () => [
        h(
          "div",
          { class: "identity" },
          h("span", { class: "monogram" }, icon("ticket")),
          h(
            "p",
            {},
            h("strong", {}, device?.place.name ?? words.say("app")),
            h("span", {}, device?.programme.name ?? ""),
          ),
        ),
        h(
          "ul",
          { class: "standing" },
          this.#standing().map(([name, tone, text]) =>
            h("li", { class: tone }, name === "network" ? networkIcon(desk) : icon(name), text),
          ),
        ),
      ],
    )
  }

  #standing() {
    const { desk, words } = this.app
    const { counts, clock } = desk
    const waiting = counts.queued + counts.sending
    const away = desk.silent || !navigator.onLine
    const network = words.say(!navigator.onLine ? "offline" : desk.silent ? "unanswered" : "online")
    const rows = [["network", away ? "warn" : "good", network]]
    if (desk.device)
      rows.push(["waiting", waiting ? "info" : "", words.say(waiting ? "waiting" : "waiting_none", { n: waiting })])
    if (counts.aside) rows.push(["box", "warn", words.say("aside", { n: counts.aside })])
    if (clock.isOff()) rows.push(["clock", "bad", words.say("device_clock")])
    return rows
  }

  // What must be known on every screen.
  #tell() {
    const { desk, words, page } = this.app
    const rows = []
    if (desk.outdated)
      rows.push(["warning", "refresh", words.say("outdated"), words.say("reload"), () => location.reload()])
    if (page.ready) rows.push(["info", "refresh", words.say("update"), words.say("update_button"), () => page.update()])
    if (desk.counts.alert && desk.device && this.app.name !== "lines") {
      rows.push([
        "error",
        "alert",
        words.say("alert", { n: desk.counts.alert }),
        words.say("alert_look"),
        () => this.app.show("lines"),
      ])
    }
    if (desk.clock.isOff()) rows.push(["warning", "clock", clockWords(words, desk.clock)])
    this.#replace(this.notices, JSON.stringify(rows), () =>
      rows.map(([tone, name, text, act, onclick]) =>
        h(
          "div",
          { class: `notice ${tone}`, role: "status" },
          icon(name),
          h("div", {}, h("p", {}, text)),
          act ? button(act, onclick) : null,
        ),
      ),
    )
  }

  #tabs() {
    const { desk, words } = this.app
    const current = this.app.name
    this.tabs.hidden = !desk.device || desk.refused
    this.tabs.setAttribute("aria-label", words.say("tabs"))
    const { alert } = desk.counts
    this.#replace(this.tabs, JSON.stringify([current, alert, words.language]), () => [
      h(
        "ul",
        {},
        TABS.map(([name, sign]) => {
          const here = name === current || (name === "scan" && current === "sessions")
          return h(
            "li",
            {},
            h(
              "button",
              {
                type: "button",
                "data-tab": name,
                "aria-current": here ? "page" : null,
                onclick: () => this.app.show(name),
              },
              icon(sign),
              words.say(`tab_${name}`),
              name === "lines" && alert ? h("span", { class: "count" }, String(alert)) : null,
            ),
          )
        }),
      ),
    ])
  }

  // Draw anew only what changed, and leave the focus where it was.
  #replace(element, key, made) {
    if (element.dataset.shown === key) return
    const focused = element.contains(document.activeElement) ? document.activeElement.dataset.tab : null
    element.dataset.shown = key
    element.replaceChildren(...made())
    if (focused) element.querySelector(`[data-tab="${focused}"]`)?.focus()
  }
}
