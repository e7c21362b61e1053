// The workshop of the day for which passes are taken.

import { button, h } from "./dom.js"

export class SessionsScreen {
  constructor(app) {
    this.app = app
    this.title = h("h1", { tabindex: "-1" }, app.words.say("sessions_title"))
    this.body = h("div", { class: "stack" })
    this.element = h("div", { class: "stack" }, this.title, this.body)
  }

  enter() {
    this.app.frame.focus(this.title)
  }

  update() {
    const { desk, words } = this.app
    const { today, others } = desk.sessions()
    const shown = JSON.stringify([
      desk.roster?.made_at,
      desk.session?.id,
      desk.busy.has("list"),
      today.length,
      this.app.page.kept,
    ])
    if (shown === this.shown) return
    this.shown = shown
    this.body.replaceChildren(
      ...[
        this.app.frame.prepared(),
        today.length ? h("p", { class: "lead" }, words.say("sessions_lead")) : this.#nothing(),
        h(
          "ul",
          { class: "cards" },
          today.map((session) => this.#card(session, true)),
        ),
        others.length ? h("h2", {}, words.say("sessions_other_days")) : null,
        h(
          "ul",
          { class: "cards" },
          others.map((session) => this.#card(session, false)),
        ),
        h("div", {}, this.app.frame.refreshButton()),
      ].filter(Boolean),
    )
  }

  #nothing() {
    const { desk, words } = this.app
    const key = desk.roster ? "sessions_none" : "sessions_missing"
    return h(
      "div",
      { class: "empty" },
      h("p", { class: "empty-title" }, words.say(key)),
      h("p", {}, words.say(`${key}_help`)),
    )
  }

  #card(session, isToday) {
    const { desk, words } = this.app
    const hours = `${words.time(session.starts_at)} – ${words.time(session.ends_at)}`
    const when = isToday ? hours : `${words.day(session.starts_at)}, ${hours}`
    const facts = [
      session.room,
      words.say("session_people", { n: session.participants.length }),
      words.say("session_seats", { n: session.seats }),
      session.price > 1 ? words.say("session_price", { n: session.price }) : null,
    ]
    const choose = async () => {
      await desk.choose(session)
      this.app.show("scan")
    }
    const chooser = { kind: "primary", "aria-describedby": `s-${session.id}` }
    return h(
      "li",
      { class: desk.session?.id === session.id ? "brand chosen" : "" },
      h("div", { id: `s-${session.id}` }, h("p", { class: "card-title" }, session.title), h("p", {}, when)),
      isToday ? button(words.say("session_choose"), choose, chooser) : null,
      h("p", { class: "hint wide" }, facts.filter(Boolean).join(" · ")),
    )
  }
}
