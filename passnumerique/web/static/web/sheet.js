// The attendance sheet at the table: each touch is sent and answered in place, a card that is scanned or typed is
// checked before it is sent, and what was not answered is sent again with the ids that the page had made.
// Without this script every button sends the page.

import { camera as eye } from "./camera.js"
import { LENGTH, fold, grouped, wellFormed } from "./codes.js"

const ENDING = 4
const RETRIES = [1500, 4000]
const SAME_CARD_AGAIN = 4000
const PARTS = ["answer", "state", "list", "closing"]

const find = (selector) => document.querySelector(selector)
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))
const part = (name) => find(`template[data-says="${name}"]`).content.cloneNode(true)

// A card that the camera sees again and again counts once.
function once(read) {
  const seen = { code: "", at: 0 }
  return (text) => {
    const code = fold(text)
    const again = code === seen.code && Date.now() - seen.at < SAME_CARD_AGAIN
    Object.assign(seen, { code, at: Date.now() })
    if (!again) read(code)
  }
}

function atTheTable(entry) {
  const answer = find("#answer")
  const codes = [...(entry?.querySelectorAll("[data-code]") ?? [])]
  const ours = entry?.dataset.checked === "yes"
  let busy = false
  let last = null

  const tell = (...nodes) => {
    answer.replaceChildren(...nodes)
    answer.scrollIntoView({ block: "nearest" })
  }

  // --- what is sent -----------------------------------------------------------------------------
  const ask = async ({ action, body }) => {
    for (let tried = 0; ; tried++) {
      try {
        const reply = await fetch(action, { method: "POST", body, headers: { "X-Sheet": "changed" } })
        if (reply.status < 500) return reply
      } catch { /* no network: the same ids go again */ }
      if (tried >= RETRIES.length) return null
      await wait(RETRIES[tried])
    }
  }
  const send = async (asked) => {
    if (busy) return
    busy = true
    last = asked
    tell(part("sending"))
    const reply = await ask(asked)
    const text = reply ? await reply.text().catch(() => "") : ""
    const page = new DOMParser().parseFromString(text, "text/html")
    busy = false
    delete asked.form.dataset.sent
    if (!reply) return tell(part("unanswered"))
    if (reply.redirected || !page.querySelector("#list")) return tell(part("signed_out"))
    heard(page, asked)
  }
  const heard = (page, { form, from }) => {
    for (const name of PARTS) find(`#${name}`).replaceChildren(...page.querySelector(`#${name}`).childNodes)
    for (const name of ["newcomer", "alone"]) {
      const fresh = page.querySelector(`input[name=${name}]`)
      if (fresh && find(`input[name=${name}]`)) find(`input[name=${name}]`).value = fresh.value
    }
    const good = Boolean(answer.querySelector("[data-answer=noted]"))
    navigator.vibrate?.(good ? 80 : [80, 60, 80])
    for (const button of document.querySelectorAll("[aria-disabled=true]")) button.removeAttribute("aria-disabled")
    answer.scrollIntoView({ block: "nearest" })
    if (form === entry) return again(good)
    if (good && form.matches(".sheet-alone-form")) form.querySelector("[name=label]").value = ""
    const proof = good ? null : document.getElementById(from.replace(/^[a-z_]+-/, "proof-"))
    ;(proof ?? document.getElementById(from) ?? answer.querySelector("[tabindex]"))?.focus()
  }
  const again = (good) => {
    if (good || camera.on) for (const input of codes) input.value = ""
    if (camera.on) return
    const input = good ? codes[0] : codes.at(-1)
    input.focus()
    input.select()
  }

  // --- what is typed or seen --------------------------------------------------------------------
  const faulty = (code) => {
    if (!ours || code.length === ENDING) return ""
    return code.length < LENGTH ? "short" : wellFormed(code) ? "" : "mistyped"
  }
  const refused = (input) => {
    const why = faulty(fold(input.value))
    if (!why) return false
    tell(part(why))
    input.focus()
    input.select()
    return true
  }
  const present = () => {
    const empty = codes.find((input) => !input.value.trim())
    if (empty) return empty.focus()
    if (codes.some(refused)) return
    send({ form: entry, action: entry.action, body: new FormData(entry), from: codes[0].id })
  }
  const read = once((code) => {
    if (codes.some((input) => fold(input.value) === code)) return
    const input = codes.find((one) => !one.value.trim()) ?? codes[0]
    input.value = grouped(code)
    if (codes.every((one) => one.value.trim())) present()
  })
  const camera = entry
    ? eye({
      panel: find("#camera"),
      opener: entry.querySelector("[data-camera]"),
      files: entry.dataset,
      read,
      blind: () => tell(part("camera")),
      busy: () => busy,
    })
    : { on: false }

  document.addEventListener("submit", (event) => {
    const form = event.target
    if (event.defaultPrevented || !form.matches("[data-row], [data-entry]")) return
    event.preventDefault()
    if (busy) return
    if (form === entry) {
      delete form.dataset.sent
      event.submitter?.removeAttribute("aria-disabled")
      return present()
    }
    const proof = form.querySelector("[data-proof]")
    if (proof?.value.trim() && refused(proof)) return delete form.dataset.sent
    const body = new FormData(form)
    const button = event.submitter ?? form.querySelector("button[type=submit]")
    if (button?.name) body.append(button.name, button.value)
    send({ form, action: form.action, body, from: button?.id ?? "" })
  })
  answer.addEventListener("click", ({ target }) => { if (target.closest("[data-resend]")) send(last) })
  addEventListener("online", () => { if (answer.querySelector("[data-resend]")) send(last) })
  codes[0]?.focus()
}

function asAGroup(form) {
  const codes = form.querySelector("textarea[name=codes]")
  const read = once((code) => {
    const lines = codes.value.split("\n").map((line) => line.trim()).filter(Boolean)
    if (!lines.some((line) => fold(line) === code)) codes.value = [...lines, grouped(code), ""].join("\n")
  })
  const panel = find("#camera")
  eye({ panel, opener: find("[data-camera]"), files: panel.dataset, read, blind: () => find("#answer").replaceChildren(part("camera")) })
}

const group = find(".sheet-group form")
if (group) asAGroup(group)
else atTheTable(find("form[data-entry]"))
