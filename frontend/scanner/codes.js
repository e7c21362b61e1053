// Codes as they are typed, read by a camera or sent by a hand scanner. Folding and the check letter are the
// desks' own script: there is one copy of them.

import { fold, grouped as inGroups, LENGTH, wellFormed } from "../../static/web/codes.js"

// What a text is by the exported rules (`code`, `misspelt`, `other`), and the folded code that it holds.
export function read({ codes }, text) {
  const upper = text.toUpperCase()
  const place = upper.lastIndexOf(codes.addressed)
  const given = place < 0 ? text : upper.slice(place + codes.addressed.length)
  const [plain] = given.split(/[?#]/)
  if (plain.includes("/")) return { found: "other", code: "" }
  const code = fold(plain)
  const ours = code.length === codes.length && [...code].every((letter) => codes.alphabet.includes(letter))
  if (!ours) return { found: "other", code: "" }
  return { found: wellFormed(code) ? "code" : "misspelt", code }
}

// A code while it is typed: `abcd efg` becomes `ABCD-EFG`. Addresses are left as they are.
export function grouped(typed) {
  if (/[/:]/.test(typed)) return typed
  return inGroups(
    typed
      .toUpperCase()
      .replace(/[^0-9A-Z]/g, "")
      .slice(0, LENGTH),
  )
}

export const lettersOf = (typed) => grouped(typed).replaceAll("-", "").length
