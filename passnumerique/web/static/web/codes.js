// The codes of passes as pages read them: folded as in passnumerique/ground/codes.py, checked by the same
// weighted sum over the field GF(32). What every page that takes a code shares.

export const LENGTH = 12
const GROUP = 4
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
const FOLD = { O: "0", I: "1", L: "1", U: "V" }
const POWERS = []
for (let element = 1; POWERS.length < 31;) {
  POWERS.push(element)
  element <<= 1
  if (element & 32) element ^= 0b100101
}
const times = (left, right) =>
  left && right ? POWERS[(POWERS.indexOf(left) + POWERS.indexOf(right)) % 31] : 0

// A QR holds an address that ends with the code.
export const bare = (typed) => typed.trim().replace(/\/+$/, "").split("/").pop()
export const fold = (typed) =>
  bare(typed).toUpperCase().replace(/[\s-]/g, "").replace(/[OILU]/g, (letter) => FOLD[letter])
export const grouped = (code) => code.match(new RegExp(`.{1,${GROUP}}`, "g"))?.join("-") ?? ""
export const wellFormed = (code) => {
  const values = [...code].map((letter) => ALPHABET.indexOf(letter))
  if (values.length !== LENGTH || values.includes(-1)) return false
  const sum = values.slice(0, -1).reduce((total, value, place) => total ^ times(POWERS[place + 1], value), 0)
  return sum === values.at(-1)
}
