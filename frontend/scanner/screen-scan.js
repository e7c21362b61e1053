// The screen that takes passes: one huge answer, and the three ways by which a pass comes in.

import { Camera } from "./camera.js"
import { grouped, lettersOf, read } from "./codes.js"
import { button, h, icon, shape, TONES } from "./dom.js"
import { nameOf, stateOf, STATE_ICONS, STATE_TONES, verdictWords, whoOf } from "./telling.js"

const RECENT = 4

export class ScanScreen {
  #told = { verdict: "ready" }
  #turn = 0

  constructor(app) {
    this.app = app
    const { words } = app
    this.title = h("h1", { tabindex: "-1" })
    this.about = h("p")
    this.answer = h("section", {
      class: "answer",
      tabindex: "-1",
      "aria-live": "assertive",
      "aria-atomic": "true",
      "aria-label": words.say("verdict"),
    })
    this.whom = h("p", { class: "whom" })
    this.recent = h("ul", { class: "recent" })
    this.element = h(
      "div",
      { class: "counter" },
      h(
        "div",
        { class: "counter-title" },
        this.title,
        this.#button("session_change", () => app.show("sessions")),
        this.about,
      ),
      h("div", { class: "ways" }, this.answer, this.whom),
      h("div", { class: "ways" }, this.#sight(), this.#form(), this.recent),
    )
    this.#show({ verdict: "ready" })
  }

  #button(key, onclick) {
    return button(this.app.words.say(key), onclick, { kind: "quiet" })
  }

  #sight() {
    const { words } = this.app
    this.video = h("video", { muted: true, playsinline: true, "aria-label": words.say("camera_name") })
    this.video.muted = true
    this.sight = h("div", { class: "sight", hidden: true }, this.video)
    this.opener = h("button", { type: "button", class: "button primary", onclick: () => this.#toggle() })
    this.torch = h("button", { type: "button", class: "button secondary", hidden: true, onclick: () => this.#light() })
    this.trouble = h("p", { class: "hint", role: "alert" })
    this.camera = new Camera({
      video: this.video,
      read: (text) => this.present(text, "camera"),
      changed: () => this.#cameraChanged(),
    })
    const buttons = h("div", { class: "actions" }, this.opener, this.torch)
    const whole = h("div", { class: "ways", hidden: !Camera.possible }, this.sight, buttons, this.trouble)
    this.#cameraChanged()
    return whole
  }

  #form() {
    const { words } = this.app
    const typing = {
      autocomplete: "off",
      autocapitalize: "characters",
      spellcheck: "false",
      enterkeyhint: "go",
      maxlength: "80",
    }
    this.input = h("input", { id: "code", class: "code-entry", "aria-describedby": "code-hint", ...typing })
    this.input.addEventListener("input", () => this.#group())
    const onsubmit = (event) => {
      event.preventDefault()
      this.#typed()
    }
    return h(
      "form",
      { class: "typed", novalidate: true, onsubmit },
      h("label", { for: "code" }, words.say("code_label")),
      this.input,
      h("button", { class: "button secondary", type: "submit" }, words.say("code_button")),
      h("p", { class: "hint", id: "code-hint" }, words.say("code_hint")),
    )
  }

  // --- the screen as it stands --------------------------------------------------------------------
  enter() {
    this.app.frame.focus(this.title)
    if (this.wanted) this.#open()
  }

  leave() {
    this.wanted = this.camera.on
    this.camera.close()
  }

  update() {
    const { desk, words } = this.app
    const { session } = desk
    if (!session) return
    this.title.textContent = session.title
    this.#about(session)
    this.#last()
    this.#whom(words, desk.counter.participant)
  }

  async #about(session) {
    const { desk, words } = this.app
    const hours = `${words.time(session.starts_at)} – ${words.time(session.ends_at)}`
    const n = await desk.store.takenAt(session.id)
    const price = session.price > 1 ? words.say("session_price", { n: session.price }) : null
    this.about.textContent = [hours, session.room, words.say("session_taken", { n }), price].filter(Boolean).join(" · ")
  }

  // The last ones taken, and where they stand.
  async #last() {
    const { desk, words } = this.app
    const lines = await desk.store.latest(RECENT)
    this.recent.replaceChildren(
      ...lines.map((line) => {
        const state = stateOf(line)
        return h(
          "li",
          {},
          words.time(line.told_at),
          h("span", {}, whoOf(words, line)),
          h("span", { class: `badge ${STATE_TONES[state]}` }, icon(STATE_ICONS[state]), words.say(`state_${state}`)),
        )
      }),
    )
  }

  #whom(words, participant) {
    if (this.whom.dataset.shown === (participant?.id ?? "nobody")) return
    this.whom.dataset.shown = participant?.id ?? "nobody"
    this.whom.hidden = !participant
    if (!participant) return
    const name = words.say("for_person", { name: nameOf(words, participant) })
    const other = this.#button("for_other", () => this.serve(null))
    this.whom.replaceChildren(icon("user"), h("strong", {}, name), other)
  }

  // The next pass is that of this person.
  serve(participant) {
    this.app.desk.counter.reset(participant)
    this.#show({ verdict: "ready" })
    this.update()
  }

  // --- a pass ---------------------------------------------------------------------------------------
  heard(readings) {
    const { rules } = this.app.desk
    this.input.value = ""
    this.present(readings.find((text) => read(rules, text).found === "code") ?? readings[0], "hand")
  }

  #group() {
    const { input } = this
    if (input.selectionStart === input.value.length) input.value = grouped(input.value)
  }

  // The field is free at once for the next code; one that was mistyped comes back to be mended.
  async #typed() {
    const text = this.input.value
    if (!text.trim()) return this.input.focus()
    if (!text.includes("/") && lettersOf(text) < 12) return this.#tell({ verdict: "short" })
    this.input.value = ""
    const told = await this.present(text, "typed")
    if (told?.found === "misspelt" && !this.input.value) this.input.value = text
  }

  async present(text, source) {
    this.app.signal.wake()
    const told = await this.app.desk.counter.present(text, source)
    if (told) await this.#tell(told)
    return told
  }

  async #tell(told) {
    this.#show(told)
    this.app.signal.give({ good: "good", warn: "doubt", info: "good" }[toneOf(told)] ?? "bad")
    if (told.taken) await this.app.desk.taken()
    this.update()
  }

  #show(told) {
    const { words } = this.app
    const { title, sentence } = verdictWords(words, told)
    this.#told = told
    this.answer.dataset.verdict = told.verdict
    this.answer.dataset.turn = ++this.#turn
    this.answer.className = `answer ${toneOf(told)}${told.verdict === "ready" ? "" : " fresh"}`
    const acts = this.#acts(told)
    const said = [shape(told.verdict), h("p", { class: "answer-word" }, title), h("p", {}, sentence)]
    this.answer.replaceChildren(...said, ...(acts ? [acts] : []))
    this.answer.scrollIntoView({ block: "nearest" })
  }

  #acts(told) {
    const act = (key, work, kind = "") => button(this.app.words.say(key), () => this.#act(work), { kind })
    const { counter } = this.app.desk
    const acts = []
    if (told.waits) acts.push(act("take_anyway", () => counter.confirm()))
    if (told.taken) acts.push(act("cancel", () => counter.cancel(told.taken)))
    if (told.verdict === "part" || told.verdict === "twice") acts.push(act("give_up", () => counter.giveUp(), "second"))
    return acts.length ? h("div", { class: "actions" }, ...acts) : null
  }

  // The button that was pressed goes away: the focus waits at the answer.
  async #act(work) {
    const told = await work()
    if (!told) return
    this.answer.focus({ preventScroll: true })
    await this.#tell(told)
  }

  // What was shown as taken has left: it can no longer be cancelled here.
  settled(lines) {
    if (!lines.some((line) => line.id === this.#told.taken)) return
    const acts = this.answer.querySelector(".actions")
    if (acts?.contains(document.activeElement)) this.answer.focus({ preventScroll: true })
    acts?.remove()
    this.#told = { ...this.#told, taken: null }
  }

  // --- the camera -----------------------------------------------------------------------------------
  #toggle() {
    this.app.signal.wake()
    if (this.camera.on) this.camera.close()
    else this.#open()
  }

  async #open() {
    this.trouble.textContent = ""
    try {
      await this.camera.open()
    } catch {
      this.camera.close()
      this.trouble.textContent = this.app.words.say("camera_refused")
    }
  }

  async #light() {
    await this.camera.torch(!this.camera.torchOn).catch(() => {})
  }

  #cameraChanged() {
    const { words } = this.app
    const { camera } = this
    const on = Boolean(camera?.on)
    this.sight.hidden = !on
    this.opener.replaceChildren(icon("camera"), words.say(on ? "camera_close" : "camera_open"))
    this.opener.className = `button ${on ? "secondary" : "primary"}`
    this.torch.hidden = !(on && camera.hasTorch)
    this.torch.replaceChildren(icon("lamp"), words.say(camera?.torchOn ? "torch_off" : "torch_on"))
  }
}

const toneOf = ({ verdict }) => TONES[verdict] ?? "bad"
