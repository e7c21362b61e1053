// A device becomes that of a place by a code shown on the desk’s page, typed or brought by the link of its QR.

import { grouped, read } from "./codes.js"
import { h, icon } from "./dom.js"
import { Lost, Refused } from "./wire.js"
import { NotWritten } from "./store.js"

export class PairScreen {
  constructor(app) {
    this.app = app
    const { words } = app
    this.title = h("h1", { tabindex: "-1" })
    this.lead = h("p", { class: "lead" })
    this.kept = h("p", { class: "notice info", hidden: true })
    this.fault = h("p", { class: "field-error", id: "pair-fault", role: "alert" })
    const typing = {
      autocomplete: "off",
      autocapitalize: "characters",
      spellcheck: "false",
      maxlength: "80",
      required: true,
    }
    this.input = h("input", {
      id: "pairing",
      class: "code-entry",
      "aria-describedby": "pair-hint pair-fault",
      ...typing,
    })
    this.input.addEventListener("input", () => {
      this.input.value = grouped(this.input.value)
    })
    this.button = h("button", { class: "button primary large", type: "submit" }, words.say("pair_button"))
    const onsubmit = (event) => {
      event.preventDefault()
      this.#pair()
    }
    this.field = h(
      "div",
      { class: "field" },
      h("label", { for: "pairing" }, words.say("pair_code")),
      h("p", { class: "hint", id: "pair-hint" }, words.say("pair_hint")),
      this.fault,
      this.input,
    )
    this.element = h(
      "div",
      { class: "stack" },
      this.title,
      this.lead,
      this.kept,
      h("form", { class: "form", novalidate: true, onsubmit }, this.field, h("div", {}, this.button)),
    )
  }

  enter() {
    const given = decodeURIComponent(location.hash.slice(1))
    if (given) {
      history.replaceState(null, "", location.pathname)
      this.input.value = grouped(given)
    }
    this.app.frame.focus(given ? this.button : this.title)
  }

  update() {
    const { words, desk } = this.app
    const refused = Boolean(desk.refused)
    this.title.textContent = words.say(refused ? "revoked_title" : "pair_title")
    this.lead.textContent = words.say(refused ? "revoked" : "pair_lead")
    const waiting = desk.counts.queued + desk.counts.sending + desk.counts.aside
    this.kept.hidden = !waiting || !desk.device
    if (waiting && desk.device) {
      this.kept.replaceChildren(
        icon("box"),
        h("span", {}, words.say("pair_keeps", { n: waiting, place: desk.device.place.name })),
      )
    }
  }

  heard(readings) {
    const { pageRules } = this.app.desk
    const text = readings.find((one) => read(pageRules, one.split("#").pop()).found === "code")
    if (text) this.input.value = grouped(text.split("#").pop())
  }

  async #pair() {
    const { words, desk } = this.app
    if (this.busy) return
    const { found, code } = read(desk.pageRules, this.input.value)
    if (found !== "code") return this.#refuse(words.say("pair_misspelt"))
    this.busy = true
    this.button.textContent = words.say("pair_wait")
    this.button.setAttribute("aria-disabled", "true")
    try {
      await desk.pair(code)
      this.#refuse("")
      this.input.value = ""
      this.app.show(desk.session ? "scan" : "sessions")
    } catch (fault) {
      this.#refuse(this.#why(fault))
    } finally {
      this.busy = false
      this.button.textContent = words.say("pair_button")
      this.button.removeAttribute("aria-disabled")
    }
  }

  #why(fault) {
    const { words } = this.app
    if (fault instanceof Lost) return words.say("pair_lost")
    if (fault instanceof NotWritten) return words.say("pair_broken")
    if (!(fault instanceof Refused)) throw fault
    return fault.status === 404 ? words.say("pair_refused") : fault.message
  }

  #refuse(sentence) {
    this.fault.textContent = sentence
    this.field.classList.toggle("wrong", Boolean(sentence))
    this.input.setAttribute("aria-invalid", Boolean(sentence))
    if (sentence) this.input.focus()
  }
}
