// The page kept on the device: the service worker, its updates, and the installation as an application. A new
// version waits until the person says so, and reloads nothing that is being done.

export class Page {
  installable = false
  kept = false
  possible = "serviceWorker" in navigator
  version = ""
  #prompt = null
  #waiting = null

  // `changed()`: something of this is to be shown anew.
  constructor(changed) {
    this.changed = changed
    addEventListener("beforeinstallprompt", (event) => {
      event.preventDefault()
      this.#prompt = event
      this.#set({ installable: true })
    })
    addEventListener("appinstalled", () => this.#set({ installable: false }))
  }

  get ready() {
    return Boolean(this.#waiting)
  }

  async register() {
    if (!this.possible) return
    const { serviceWorker: worker } = navigator
    let { controller } = worker
    worker.addEventListener("controllerchange", () => {
      if (controller) location.reload()
      controller = worker.controller
      this.#kept(controller)
    })
    worker.addEventListener("message", ({ data }) => data.version && this.#set({ version: data.version }))
    if (controller) this.#kept(controller)
    try {
      const options = { type: "module", scope: "./", updateViaCache: "none" }
      this.#watch(await worker.register("sw.js", options))
    } catch {
      this.#set({ possible: this.kept }) // without network, the worker that is there serves
    }
  }

  // The page comes from the device from now on.
  #kept(controller) {
    controller.postMessage({ ask: "version" })
    document.documentElement.dataset.kept = ""
    this.#set({ kept: true })
  }

  #watch(registration) {
    const look = () => {
      if (registration.waiting && navigator.serviceWorker.controller) {
        this.#waiting = registration.waiting
        this.changed()
      }
    }
    look()
    registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", look))
    setInterval(() => registration.update().catch(() => {}), 3_600_000)
  }

  #set(changes) {
    Object.assign(this, changes)
    this.changed()
  }

  update() {
    this.#waiting?.postMessage({ ask: "take over" })
  }

  async install() {
    await this.#prompt?.prompt()
    this.#prompt = null
    this.#set({ installable: false })
  }

  words(words) {
    if (!this.possible) return words.say("page_cannot")
    return this.kept ? words.say("page_kept", { version: this.version }) : words.say("page_not_kept")
  }
}
