// The service worker: it keeps the whole page on the device, one version at a time, and sends the queue when the
// network comes back while the page is closed. It never touches the calls to the server. FILES and VERSION are
// written before these lines by the server (passnumerique/scanner/precache.py).
/* global FILES, VERSION */

import { sendInBackground } from "./files/background.js"

const PREFIX = "scanner-page-"
const NAME = PREFIX + VERSION
const HERE = new URL("./", self.location)
const API = new URL("api/", HERE).pathname
const ADDRESSES = new Set(FILES.map(([path]) => new URL(path, HERE).href))

// Every file with its digest: a server that is half updated gives no half version.
async function fill() {
  const cache = await caches.open(NAME)
  await cache.addAll(
    FILES.map(
      ([path, integrity]) => new Request(new URL(path, HERE), { cache: "reload", credentials: "omit", integrity }),
    ),
  )
}

async function takeOver() {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== NAME)
  await Promise.all(old.map((name) => caches.delete(name)))
  await self.clients.claim()
}

async function kept(address, request) {
  const cache = await caches.open(NAME)
  return (await cache.match(address)) ?? fetch(request)
}

self.addEventListener("install", (event) => event.waitUntil(fill()))

self.addEventListener("activate", (event) => event.waitUntil(takeOver()))

self.addEventListener("fetch", (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== "GET" || url.pathname.startsWith(API)) return
  const isPage = request.mode === "navigate" && url.pathname === HERE.pathname
  const address = isPage ? HERE.href : url.origin + url.pathname
  if (ADDRESSES.has(address)) event.respondWith(kept(address, request))
})

self.addEventListener("message", (event) => {
  if (event.data.ask === "version") event.source.postMessage({ version: VERSION })
  if (event.data.ask === "take over") self.skipWaiting()
})

self.addEventListener("sync", (event) => {
  if (event.tag === "lines") event.waitUntil(sendInBackground())
})
