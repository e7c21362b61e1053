// Who is expected at the workshop, so that a pass is taken for the right seat.

import { button, h, icon } from "./dom.js"
import { nameOf } from "./telling.js"

const TONES = { expected: "info", present: "good", excused: "warn", no_show: "warn", cancelled_by_place: "warn" }

export class PeopleScreen {
  constructor(app) {
    this.app = app
    this.title = h("h1", { tabindex: "-1" }, app.words.say("people_title"))
    this.about = h("p", { class: "lead" })
    this.list = h("ul", { class: "cards" })
    this.nobody = h(
      "div",
      { class: "empty" },
      h("p", { class: "empty-title" }, app.words.say("people_none")),
      h("p", {}, app.words.say("people_none_help")),
    )
    this.element = h("div", { class: "stack" }, this.title, this.about, this.list, this.nobody)
  }

  enter() {
    this.app.frame.focus(this.title)
  }

  async update() {
    const { desk } = this.app
    const { session } = desk
    if (!session) return
    const lines = await desk.store.linesAt(session.id)
    const taken = new Set(lines.filter((line) => line.state !== "refused").map((line) => line.participant))
    const shown = JSON.stringify([session.id, desk.roster?.made_at, [...taken]])
    if (shown === this.shown) return
    this.shown = shown
    this.about.textContent = session.title
    this.nobody.hidden = session.participants.length > 0
    this.list.replaceChildren(...session.participants.map((one) => this.#card(one, taken.has(one.id))))
  }

  #card(one, taken) {
    const { words } = this.app
    const scan = () => {
      this.app.show("scan")
      this.app.screen.serve(one)
    }
    const badge = taken
      ? h("span", { class: "badge good" }, icon("check"), words.say("people_taken"))
      : h("span", { class: `badge ${TONES[one.status]}` }, words.say(`status_${one.status}`))
    const name = nameOf(words, one)
    return h(
      "li",
      { class: taken ? "good" : "" },
      h(
        "div",
        {},
        h("p", { class: "card-title", id: `p-${one.id}` }, name),
        one.tag ? h("p", { class: "hint" }, words.say("people_booked")) : null,
      ),
      badge,
      taken
        ? null
        : button(words.say("people_scan"), scan, { kind: "secondary wide", "aria-describedby": `p-${one.id}` }),
    )
  }
}
