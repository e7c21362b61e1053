// A code in the queue is closed to everybody but the server: what lies on a lost device spends nothing.

import { joined, toBase64 } from "./bytes.js"

const CURVE = { name: "ECDH", namedCurve: "P-256" }
const INFO = new TextEncoder().encode("passnum scanner 1")

// `key`: the server's public key as JWK. Gives base64(our public key 65 ‖ nonce 12 ‖ ciphertext).
export async function seal(key, text) {
  const { subtle } = crypto
  const theirs = await subtle.importKey("jwk", key, CURVE, false, [])
  const ours = await subtle.generateKey(CURVE, false, ["deriveBits"])
  const shared = await subtle.deriveBits({ name: "ECDH", public: theirs }, ours.privateKey, 256)
  const drawn = await subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"])
  const recipe = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: INFO }
  const secret = await subtle.deriveKey(recipe, drawn, { name: "AES-GCM", length: 256 }, false, ["encrypt"])
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const closed = await subtle.encrypt({ name: "AES-GCM", iv }, secret, new TextEncoder().encode(text))
  const raw = await subtle.exportKey("raw", ours.publicKey)
  return toBase64(joined(new Uint8Array(raw), iv, new Uint8Array(closed)))
}

// A key of this device alone, under which it knows again a pass that it took itself.
export const markKey = () => crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"])

// The first five bytes of the code's keyed hash: enough to know a pass again, too few to find its code.
export async function tagOf(key, code) {
  const whole = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(code))
  return new Uint8Array(whole, 0, 5)
}
