// What the page says, in French or in English.

import { SENTENCES } from "./sentences.js"

const LANGUAGES = ["fr", "en"]

const ZONE = { timeZone: "Europe/Paris" }
const DAY = { ...ZONE, day: "numeric", month: "long", year: "numeric" }
const TIME = { ...ZONE, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }

// Says things in one language: `words.say("waiting", { n: 3 })`.
export class Words {
  constructor(language) {
    this.language = LANGUAGES.includes(language) ? language : "fr"
    this.plural = new Intl.PluralRules(this.language)
    this.number = new Intl.NumberFormat(this.language === "fr" ? "fr-FR" : "en-GB")
  }

  say(key, fields = {}) {
    if (!(key in SENTENCES)) throw new RangeError(`no words for ${key}`)
    const found = SENTENCES[key][LANGUAGES.indexOf(this.language)]
    const text = typeof found === "string" ? found : (found[this.plural.select(fields.n)] ?? found.other)
    return text.replace(/\{(\w+)\}/g, (_whole, name) =>
      typeof fields[name] === "number" ? this.number.format(fields[name]) : fields[name],
    )
  }

  // The first of these keys that has words.
  first(...keys) {
    return keys.find((key) => key in SENTENCES)
  }

  // 13 décembre 2022
  day(given) {
    const locale = this.number.resolvedOptions().locale
    return new Intl.DateTimeFormat(locale, DAY).format(instantOf(given)).replace(/^1 (?=[a-zé])/, "1er ")
  }

  // 17 h 30 in French.
  time(instant) {
    const [hour, minute] = new Intl.DateTimeFormat("en-GB", TIME).format(instantOf(instant)).split(":")
    return this.language === "fr" ? `${Number(hour)}\u202fh\u202f${minute}` : `${hour}:${minute}`
  }

  span(milliseconds) {
    const minutes = Math.round(Math.abs(milliseconds) / 60_000)
    if (minutes < 120) return this.say("span_minutes", { n: minutes })
    if (minutes < 2880) return this.say("span_hours", { n: Math.round(minutes / 60) })
    return this.say("span_days", { n: Math.round(minutes / 1440) })
  }
}

// A day alone is at its noon, so that no time zone moves it.
const instantOf = (given) => new Date(/^\d{4}-\d\d-\d\d$/.test(given) ? `${given}T12:00Z` : given)
