// What is said of a verdict, and of a line: words chosen by what is known.

// { title, sentence } of what the counter told.
export function verdictWords(words, told) {
  const { verdict } = told
  if (verdict === "ready") return { title: words.say("ready"), sentence: words.say("ready_help") }
  if (verdict === "part") return { title: words.say("part", told), sentence: words.say("part_sentence") }
  const title = words.say(told.found === "misspelt" ? "misspelt" : verdict)
  return { title, sentence: SENTENCE[verdict]?.(words, told) ?? plain(words, told) }
}

// The sentence of this refusal where there is one, else that of the verdict.
const plain = (words, { verdict, refusal }) => words.say(words.first(`${verdict}_${refusal}`, `${verdict}_sentence`))

const SENTENCE = {
  valid: (words, { participant }) =>
    participant ? words.say("valid_for", { name: nameOf(words, participant) }) : words.say("valid_sentence"),
  already_used: (words, told) => alreadyUsed(words, told),
  lapsed: (words, { until }) => words.say("lapsed_sentence", { until: words.day(until) }),
  to_check: (words, { why, seats }) => words.say(words.first(`to_check_${why}`, "to_check_sentence"), { n: seats }),
}

function alreadyUsed(words, { held, listed }) {
  if (held) return words.say("already_used_here", { day: words.day(held.told_at), time: words.time(held.told_at) })
  const { place, day } = listed ?? {}
  const key = place && day ? "known" : day ? "on" : place ? "at" : "sentence"
  return words.say(`already_used_${key}`, { place, day: day && words.day(day) })
}

export const nameOf = (words, { label, rank }) => label || words.say("participant", { n: rank })

// Whose pass a line is, as far as the device knows.
export const whoOf = (words, { person, seq }) =>
  person ? nameOf(words, person) : words.say("line_name", { n: String(seq) })

// The state of a line as it is shown.
export const stateOf = (line) => (line.lane === "aside" ? "aside" : line.state)

export const STATE_TONES = {
  queued: "info",
  sending: "info",
  taken: "good",
  refused: "bad",
  disputed: "warn",
  aside: "warn",
}
export const STATE_ICONS = {
  queued: "waiting",
  sending: "refresh",
  taken: "check",
  refused: "cross",
  disputed: "scale",
  aside: "box",
}

// What became of a line, in a sentence: the server's own where it gave one.
export function lineSentence(words, line) {
  const { outcome = {} } = line
  if (line.lane === "aside")
    return line.problem || words.say(line.problem === undefined ? "line_elsewhere" : "line_aside")
  if (line.state === "taken" && outcome.number)
    return words.say("line_taken_number", { number: String(outcome.number) })
  if (line.state === "refused" && outcome.sentence) return outcome.sentence
  if (line.state === "disputed") return disputed(words, outcome)
  return words.say(`line_${line.state}`)
}

// Under which number both places find the dispute; the server's own sentence where it gave none.
function disputed(words, { place, day, dispute, sentence }) {
  if (!place || !day || !dispute) return sentence || words.say("line_disputed")
  return words.say("line_disputed_known", { place, day: words.day(day), dispute: String(dispute) })
}
