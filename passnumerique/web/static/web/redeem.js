// Using passes: the code is checked while it is typed, the id of each use is made here before sending,
// and what was not answered is sent again under the same id. Without this script the form works alone.

import { camera as eye } from "./camera.js"
import { LENGTH, fold, grouped, wellFormed } from "./codes.js"
import { newId } from "./ids.js"

export { bare, fold, wellFormed } from "./codes.js"
export { newId } from "./ids.js"

const RETRIES = [1500, 4000]
const SAME_PASS_AGAIN = 4000

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

function begin(form) {
  const find = (selector) => document.querySelector(selector)
  const answer = find("#answer")
  const taken = find("#taken")
  const codes = [...form.querySelectorAll("[data-code]")]
  const hidden = [...form.querySelectorAll("input[name=newcomer], input[name^=scan_]")]
  const spelling = form.querySelector("[data-spelling]")
  const ours = form.dataset.checked === "yes"
  const shelf = `redeem:${location.pathname}`
  let busy = false

  // --- what is told ---------------------------------------------------------------------------
  const template = (name) => find(`template[data-says="${name}"]`)
  const words = (name) => template(name).content.textContent
  const tell = (...nodes) => {
    answer.replaceChildren(...nodes)
    answer.scrollIntoView({ block: "nearest" })
  }
  const say = (name) => tell(template(name).content.cloneNode(true))

  // --- what is typed --------------------------------------------------------------------------
  const group = (input) => {
    const atEnd = input.selectionStart === input.value.length
    if (!ours || !atEnd || /[/:]/.test(input.value)) return
    const letters = input.value.toUpperCase().replace(/[^0-9A-Z]/g, "").slice(0, LENGTH)
    input.value = grouped(letters)
  }
  const spell = (input) => {
    const code = fold(input.value)
    const told = !ours || code.length !== LENGTH ? "" : wellFormed(code) ? "right" : "wrong"
    spelling.textContent = told && words(told)
    spelling.classList.toggle("wrong", told === "wrong")
  }
  const freshIds = () => { for (const input of hidden) input.value = newId() }
  const missing = () => codes.find((input) => !input.value.trim())
  const faulty = () => {
    const given = codes.map((input) => fold(input.value))
    if (new Set(given).size < given.length) return { input: codes.at(-1), why: "twice" }
    if (!ours) return null
    const place = given.findIndex((code) => !wellFormed(code))
    return place < 0 ? null : { input: codes[place], why: given[place].length < LENGTH ? "short" : "mistyped" }
  }

  // --- what is sent ---------------------------------------------------------------------------
  const keep = () => {
    const entries = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken")
    sessionStorage.setItem(shelf, JSON.stringify(entries))
  }
  const takeBack = () => {
    const kept = JSON.parse(sessionStorage.getItem(shelf) ?? "null")
    for (const [name, value] of kept ?? []) if (form.elements[name]) form.elements[name].value = value
    return Boolean(kept)
  }
  const ask = async () => {
    const headers = { "X-Redeem": "answer" }
    for (let tried = 0; ; tried++) {
      try {
        const reply = await fetch(form.action, { method: "POST", body: new FormData(form), headers })
        if (reply.status < 500) return reply
      } catch { /* no network: the same ids go again */ }
      if (tried >= RETRIES.length) return null
      await wait(RETRIES[tried])
    }
  }
  const send = async () => {
    if (busy) return
    busy = true
    keep()
    say("sending")
    const reply = await ask()
    const text = reply ? await reply.text().catch(() => "") : ""
    const page = new DOMParser().parseFromString(text, "text/html")
    busy = false
    if (!reply) return say("unanswered")
    if (reply.redirected || !page.querySelector("#taken")) return say("signed_out")
    heard(page)
  }
  const heard = (page) => {
    sessionStorage.removeItem(shelf)
    freshIds()
    tell(...page.querySelector("#answer").childNodes)
    taken.replaceChildren(...page.querySelector("#taken").childNodes)
    const won = answer.querySelector("[data-answer=taken]")
    if (won) clear()
    signal(Boolean(won))
    if (!camera.on) (won ? codes[0] : codes.at(-1)).focus()
    if (!won && !camera.on) codes.at(-1).select()
    if (!won && camera.on) clear()
  }
  const clear = () => {
    for (const input of codes) input.value = ""
    spelling.textContent = ""
    form.elements.person.value = ""
    form.querySelector("[data-person]")?.remove()
  }
  const present = () => {
    const empty = missing()
    if (empty) return empty.focus()
    const fault = faulty()
    if (!fault) return send()
    say(fault.why)
    signal(false)
    fault.input.focus()
    fault.input.select()
  }

  // --- the camera -----------------------------------------------------------------------------
  const panel = find("#camera")
  const sound = panel.querySelector("[data-sound]")
  const seen = { code: "", at: 0 }

  const signal = (good) => {
    navigator.vibrate?.(good ? 80 : [80, 60, 80])
    if (!camera.on || !sound.checked) return
    const audio = new AudioContext()
    const tone = audio.createOscillator()
    tone.frequency.value = good ? 880 : 220
    tone.connect(audio.destination)
    tone.start()
    tone.stop(audio.currentTime + 0.15)
    tone.onended = () => audio.close()
  }
  const read = (text) => {
    const code = fold(text)
    const again = code === seen.code && Date.now() - seen.at < SAME_PASS_AGAIN
    seen.code = code
    seen.at = Date.now()
    if (again || codes.some((input) => fold(input.value) === code)) return
    const input = missing() ?? codes[0]
    input.value = code
    group(input)
    spell(input)
    if (!missing()) present()
  }
  const opener = form.querySelector("[data-camera]")
  const camera = eye({ panel, opener, files: form.dataset, read, blind: () => say("camera"), busy: () => busy })

  form.addEventListener("input", ({ target }) => {
    if (!codes.includes(target)) return
    group(target)
    spell(target)
  })
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    event.stopPropagation()
    present()
  })
  answer.addEventListener("click", ({ target }) => { if (target.closest("[data-resend]")) send() })
  addEventListener("online", () => { if (answer.querySelector("[data-resend]")) send() })
  sound.checked = localStorage.getItem("redeem-sound") === "yes"
  sound.addEventListener("change", () => localStorage.setItem("redeem-sound", sound.checked ? "yes" : "no"))

  freshIds()
  if (takeBack()) say("unanswered")
}

const form = document.querySelector("form[data-redeem]")
if (form) begin(form)
