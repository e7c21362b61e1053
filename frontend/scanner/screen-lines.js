// Every pass taken with this device, and what became of it.

import { dayOf } from "./clock.js"
import { button, h, icon } from "./dom.js"
import { lineSentence, stateOf, STATE_ICONS, STATE_TONES, whoOf } from "./telling.js"

const PAGE = 50

export class LinesScreen {
  #limit = PAGE

  constructor(app) {
    this.app = app
    const { words } = app
    this.title = h("h1", { tabindex: "-1" }, words.say("lines_title"))
    this.send = button(words.say("send_now"), () => app.desk.wake(), { kind: "primary", sign: "waiting" })
    this.read = button(words.say("seen_all"), () => this.#see(), { sign: "check" })
    this.more = button(words.say("lines_more"), () => this.#more(), { kind: "quiet" })
    this.list = h("ul", { class: "cards" })
    this.none = h(
      "div",
      { class: "empty" },
      h("p", { class: "empty-title" }, words.say("lines_none")),
      h("p", {}, words.say("lines_none_help")),
    )
    this.element = h(
      "div",
      { class: "stack" },
      this.title,
      h("div", { class: "actions" }, this.send, this.read),
      this.list,
      this.none,
      this.more,
    )
  }

  enter() {
    this.app.frame.focus(this.title)
  }

  #more() {
    this.#limit += PAGE
    this.update()
  }

  async update() {
    const { desk } = this.app
    const [alerts, latest] = await Promise.all([desk.store.alerts(), desk.store.latest(this.#limit + 1)])
    const { counts, busy, refused } = desk
    this.send.hidden = Boolean(refused) || !(counts.queued || counts.sending)
    this.send.setAttribute("aria-disabled", busy.has("sync"))
    this.read.hidden = !counts.alert
    this.more.hidden = latest.length <= this.#limit
    this.none.hidden = latest.length > 0
    const calm = latest.slice(0, this.#limit).filter((line) => line.lane !== "alert")
    const shown = [...alerts.slice(0, this.#limit), ...calm]
    const key = JSON.stringify(shown.map((line) => [line.id, line.lane, line.seen_at, line.tries]))
    if (key === this.shown) return
    this.shown = key
    this.list.replaceChildren(...shown.map((line) => this.#card(line)))
    this.#noteTaken(shown)
  }

  // What was counted needs no more than to have been on the screen; a refusal must be acknowledged.
  #noteTaken(lines) {
    const read = lines.filter((line) => line.state === "taken" && !line.seen_at).map((line) => line.id)
    if (read.length) this.app.desk.store.see(read, this.app.desk.clock.now()).catch(() => {})
  }

  async #see(ids) {
    const { desk, frame } = this.app
    await desk.see(ids ?? (await desk.store.alerts()).map((line) => line.id))
    frame.focus(this.title)
  }

  #card(line) {
    const { words } = this.app
    const state = stateOf(line)
    const time = words.time(line.told_at)
    const when = dayOf(line.told_at) === this.app.desk.clock.today() ? time : `${words.day(line.told_at)}, ${time}`
    const acts = [
      state === "queued" && !line.tries ? this.#button("cancel", "undo", () => this.#cancel(line), line.id) : null,
      line.lane === "alert" ? this.#button("seen", "check", () => this.#see([line.id]), line.id) : null,
    ].filter(Boolean)
    return h(
      "li",
      { class: STATE_TONES[state], "data-state": state, "data-line": line.id },
      h(
        "div",
        { id: `l-${line.id}` },
        h("p", { class: "card-title" }, whoOf(words, line)),
        h("p", { class: "hint" }, `${when} · ${line.title}`),
      ),
      h("span", { class: `badge ${STATE_TONES[state]}` }, icon(STATE_ICONS[state]), words.say(`state_${state}`)),
      h("p", { class: "wide" }, lineSentence(words, line)),
      acts.length ? h("div", { class: "actions wide" }, acts) : null,
    )
  }

  #button(key, sign, onclick, id) {
    return button(this.app.words.say(key), onclick, { sign, "aria-describedby": `l-${id}` })
  }

  async #cancel(line) {
    const { verdict } = await this.app.desk.counter.cancel(line.id)
    this.app.frame.say(this.app.words.say(verdict))
    this.app.frame.focus(this.title)
    await this.app.desk.count()
  }
}
