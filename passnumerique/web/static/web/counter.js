// The counter: a card is scanned by the camera, by a hand scanner that types, or typed; the code is checked
// while it is typed. Without this script the form works alone.

import { camera } from "./camera.js"
import { LENGTH, fold, grouped, wellFormed } from "./codes.js"

function begin(form) {
  const start = form.elements.start
  const spelling = form.querySelector("[data-spelling]")

  const spell = () => {
    const code = fold(start.value)
    const told = code.length !== LENGTH ? "" : wellFormed(code) ? "right" : "wrong"
    spelling.textContent = told && spelling.dataset[told]
    spelling.classList.toggle("wrong", told === "wrong")
  }
  const tidy = () => {
    const code = fold(start.value)
    if (wellFormed(code)) start.value = grouped(code)
    spell()
  }
  const goOn = () => form.querySelector("[name=age_bracket]:checked, [name=age_bracket]").focus()
  const read = (text) => {
    start.value = text
    tidy()
    if (spelling.textContent === spelling.dataset.wrong) return
    eye.close()
    navigator.vibrate?.(80)
    goOn()
  }
  const blind = () => {
    spelling.textContent = spelling.dataset.blind
    start.focus()
  }
  const eye = camera({
    panel: form.querySelector("#camera"), opener: form.querySelector("[data-camera]"), files: form.dataset, read, blind,
  })

  start.addEventListener("input", spell)
  start.addEventListener("change", tidy)
  // A hand scanner ends with the key that would send the form: the next question comes first.
  start.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return
    event.preventDefault()
    tidy()
    goOn()
  })
}

const form = document.querySelector("form[data-counter]")
if (form) begin(form)
