// Signing on a screen: what a finger, a stylus or the mouse draws becomes lines of whole numbers from 0 to 1000,
// as the house keeps them. Without this script one signs on the keyboard.

const SIDE = 1000
const LINE = 3.2
const STEP = 4
const LEAST = 150
const MOST_NUMBERS = 7600
const WIDE = 3

function begin(form) {
  const pad = form.querySelector("[data-pad]")
  const drawn = pad.querySelector("[data-drawn]")
  const canvas = pad.querySelector("canvas")
  const kept = pad.querySelector("input[name=strokes]")
  const told = pad.querySelector("[data-empty-told]")
  const typed = form.querySelector("[name=typed]")
  const pen = canvas.getContext("2d")
  const strokes = []
  let line = null

  const place = ({ clientX, clientY }) => {
    const { left, top, width, height } = canvas.getBoundingClientRect()
    const within = (part) => Math.min(SIDE, Math.max(0, Math.round(part * SIDE)))
    return [within((clientX - left) / width), within((clientY - top) / height)]
  }
  const far = (x, y) => Math.hypot((x - line.at(-2)) * WIDE, y - line.at(-1)) >= STEP
  const size = () => strokes.reduce((count, one) => count + one.length, 0)
  const ink = () => strokes.reduce((sum, one) => {
    for (let at = 2; at < one.length; at += 2) sum += Math.hypot((one[at] - one[at - 2]) * WIDE, one[at + 1] - one[at - 1])
    return sum
  }, 0)

  const draw = () => {
    const scale = devicePixelRatio || 1
    const { width, height } = canvas.getBoundingClientRect()
    canvas.width = Math.round(width * scale)
    canvas.height = Math.round(height * scale)
    pen.lineWidth = LINE * scale
    pen.lineCap = pen.lineJoin = "round"
    pen.strokeStyle = getComputedStyle(canvas).color
    for (const one of strokes) trace(one)
  }
  const trace = (one) => {
    const at = (place) => [one[place] / SIDE * canvas.width, one[place + 1] / SIDE * canvas.height]
    pen.beginPath()
    pen.moveTo(...at(0))
    for (let place = 0; place < one.length; place += 2) pen.lineTo(...at(place))
    pen.stroke()
  }
  const keep = () => {
    kept.value = strokes.length ? JSON.stringify(strokes) : ""
    told.textContent = ""
  }

  const down = (event) => {
    if (event.button > 0 || size() > MOST_NUMBERS) return
    event.preventDefault()
    canvas.setPointerCapture(event.pointerId)
    line = place(event)
    strokes.push(line)
    trace(line)
  }
  const move = (event) => {
    if (!line || size() > MOST_NUMBERS) return
    for (const one of event.getCoalescedEvents?.() ?? [event]) {
      const [x, y] = place(one)
      if (far(x, y)) line.push(x, y)
    }
    trace(line.slice(-8))
  }
  const up = () => {
    if (!line) return
    line = null
    keep()
  }

  drawn.hidden = false
  form.querySelector("[data-typed]").open = Boolean(typed.value)
  canvas.addEventListener("pointerdown", down)
  canvas.addEventListener("pointermove", move)
  for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) canvas.addEventListener(name, up)
  pad.querySelector("[data-clear]").addEventListener("click", () => { strokes.length = 0; keep(); draw() })
  new ResizeObserver(draw).observe(canvas)
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw)

  // Before the house's own guard of forms: what is empty is not sent.
  form.addEventListener("submit", (event) => {
    up()
    if (ink() >= LEAST || typed.value.trim()) return
    event.preventDefault()
    event.stopPropagation()
    told.textContent = document.querySelector("template[data-says=empty]").content.textContent
    form.querySelector("[data-typed]").open = true
    typed.focus()
  })
}

for (const form of document.querySelectorAll("form[data-sign]")) begin(form)
