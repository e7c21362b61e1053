// Elements made by script, without a line of HTML in a text: nothing that was read or typed is ever markup.

const SVG = "http://www.w3.org/2000/svg"

// `h("button", { class: "button", onclick }, "Annuler")`. Null children are left out.
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value)
    else if (value === true) element.setAttribute(key, "")
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value)
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false))
  return element
}

// A button that does one thing. `sign`: the icon before its words.
export function button(words, onclick, { kind = "secondary", sign = null, ...attributes } = {}) {
  const inside = [sign && icon(sign), h("span", {}, words)]
  return h("button", { type: "button", class: `button ${kind}`, onclick, ...attributes }, ...inside)
}

// Outlines of 24 × 24, as on the desks' pages.
const ICONS = {
  ticket: "M3 6h18v4a2 2 0 0 0 0 4v4H3v-4a2 2 0 0 0 0-4zM14.5 6v2.5M14.5 11v2M14.5 15.5V18",
  qr: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2.5v2.5M20 14v2M14 20h2.5M20 19v1h-1",
  list: "M9 6h11M9 12h11M9 18h11M4.5 6h.1M4.5 12h.1M4.5 18h.1",
  people:
    "M9 5a3.2 3.2 0 1 0 0 6.4A3.2 3.2 0 0 0 9 5zM2.5 20c.4-4 3-6 6.5-6s6.1 2 6.5 6M16 5.4a3 3 0 0 1 0 5.6M17.5 14.2c2.4.6 3.8 2.5 4 5.8",
  phone: "M7 2.5h10v19H7zM11 18.5h2",
  camera: "M3 8h4l2-3h6l2 3h4v11H3zM12 10a3.3 3.3 0 1 0 0 6.6 3.3 3.3 0 0 0 0-6.6z",
  lamp: "M12 3a6 6 0 0 0-3.5 10.9V17h7v-3.1A6 6 0 0 0 12 3zM9.5 20.5h5",
  alert: "M12 4 2.5 20h19zM12 10v4.5M12 17.4v.1",
  online: "M2.5 9.5a14 14 0 0 1 19 0M5.8 13a9 9 0 0 1 12.4 0M9 16.4a4.4 4.4 0 0 1 6 0M12 19.6v.1",
  offline:
    "M2.5 9.5a14 14 0 0 1 5-3.1M11 5.8a14 14 0 0 1 10.5 3.7M5.8 13a9 9 0 0 1 4-2.3M15 11.2a9 9 0 0 1 3.2 1.8M12 19.6v.1M4 3l16 18",
  waiting: "M12 16V5M7.5 9 12 4.5 16.5 9M4 20h16",
  check: "M4.5 12.5 10 18 19.5 7",
  cross: "M6 6l12 12M18 6 6 18",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7.5V12l3.2 2",
  scale: "M12 4v16M7 20h10M5 7h14M5 7l-2.5 6a2.6 2.6 0 0 0 5 0zM19 7l-2.5 6a2.6 2.6 0 0 0 5 0z",
  box: "M3.5 8 12 3.5 20.5 8v8L12 20.5 3.5 16zM3.5 8l8.5 4.5L20.5 8M12 12.5v8",
  undo: "M8 5 4 9l4 4M4 9h10a5.5 5.5 0 0 1 0 11h-4",
  user: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20.5c.5-4.5 3.5-6.5 7.5-6.5s7 2 7.5 6.5",
  lock: "M5 11h14v10H5zM8 11V8a4 4 0 0 1 8 0v3",
  refresh: "M20 12a8 8 0 1 1-2.4-5.7L20 8.5M20 4v4.5h-4.5",
}

function drawn(box, name, ...paths) {
  const svg = document.createElementNS(SVG, "svg")
  for (const [key, value] of Object.entries({ viewBox: box, class: name, "aria-hidden": "true", focusable: "false" })) {
    svg.setAttribute(key, value)
  }
  for (const [d, part] of paths) {
    const path = document.createElementNS(SVG, "path")
    path.setAttribute("d", d)
    if (part) path.setAttribute("class", part)
    svg.append(path)
  }
  return svg
}

export const icon = (name) => drawn("0 0 24 24", "icon", [ICONS[name]])

// The shape of a verdict tells it without colour: a disc for taken, a triangle to be checked, an octagon for no,
// a diamond for what nobody knows, a square for what is no pass.
const DISC = "M48 4a44 44 0 1 0 0 88 44 44 0 0 0 0-88z"
const TRIANGLE = "M48 6 94 88H2z"
const OCTAGON = "M30 4h36l26 26v36L66 92H30L4 66V30z"
const DIAMOND = "M48 2 94 48 48 94 2 48z"
const SQUARE = "M12 8h72a4 4 0 0 1 4 4v72a4 4 0 0 1-4 4H12a4 4 0 0 1-4-4V12a4 4 0 0 1 4-4z"
const FRAME = "M8 30V8h22M66 8h22v22M88 66v22H66M30 88H8V66"

const SHAPES = {
  ready: [FRAME, "M30 30h14v14H30zM52 30h14v14H52zM30 52h14v14H30zM52 52h6v6M66 52v8M52 66h8M66 66v.2"],
  valid: [DISC, "M27 50l15 15 28-32"],
  part: [DISC, "M48 28v40M28 48h40"],
  twice: [DIAMOND, "M34 34h20v20H34zM42 62h20V42"],
  already_used: [OCTAGON, "M30 38a20 20 0 1 1-2 16M28 30v10h10M48 36v13l9 6"],
  blocked: [OCTAGON, "M30 42h36v28H30zM36 42v-8a12 12 0 0 1 24 0v8"],
  lapsed: [OCTAGON, "M34 26h28M34 70h28M37 26c0 12 11 14 11 22s-11 10-11 22M59 26c0 12-11 14-11 22s11 10 11 22"],
  unknown: [DIAMOND, "M39 40a9.5 9.5 0 1 1 14 8.3c-3.4 1.9-5 4-5 7.2v1.5M48 66v.3"],
  other_programme: [DIAMOND, "M30 42h34M56 34l8 8-8 8M66 57H32M40 49l-8 8 8 8"],
  to_check: [TRIANGLE, "M48 40v22M48 73v.3"],
  not_code: [SQUARE, "M30 30l36 36M66 30 30 66"],
  full: [OCTAGON, "M26 34h44v28H26zM34 34V26h28v8M34 70h28M48 42v12"],
  cancelled: [SQUARE, "M38 30 26 42l12 12M26 42h28a12 12 0 0 1 0 24H44"],
}
const LIKE = {
  not_written: "full",
  no_session: "blocked",
  short: "not_code",
  cancel_late: "to_check",
  given_up: "cancelled",
}

export const shape = (verdict) => {
  const [outline, inside] = SHAPES[LIKE[verdict] ?? verdict]
  return drawn("0 0 96 96", "shape", [outline, "outline"], [inside, "inside"])
}

export const TONES = {
  ready: "plain",
  valid: "good",
  part: "info",
  cancelled: "info",
  given_up: "info",
  to_check: "warn",
  cancel_late: "warn",
}
