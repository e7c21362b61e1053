// The camera at the back, and what it reads: by the browser's own reader where it knows QR codes, else by zxing
// in a worker. Closed while the page is hidden; the screen stays awake while it is open.

const BETWEEN_LOOKS = 60
const WIDEST_LOOK = 960
const ASKED = { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } }

export class Camera {
  on = false
  torchOn = false
  #stream = null
  #look = null
  #awake = null

  // `read(text)`: each text seen, as often as it is seen. `changed()`: it was opened or closed.
  constructor({ video, read, changed = () => {} }) {
    Object.assign(this, { video, read, changed })
    document.addEventListener("visibilitychange", () => this.#visible())
    addEventListener("pagehide", () => this.close())
  }

  static get possible() {
    return Boolean(navigator.mediaDevices?.getUserMedia)
  }

  // Refuses (the browser's own error) where the camera is missing or not allowed.
  async open() {
    this.#stream = await navigator.mediaDevices.getUserMedia({ video: ASKED })
    this.#look ??= await reader()
    this.video.srcObject = this.#stream
    this.on = true
    this.changed()
    await this.video.play()
    this.#awake = await navigator.wakeLock?.request("screen").catch(() => null)
    this.#watch()
  }

  close() {
    for (const track of this.#stream?.getTracks() ?? []) track.stop()
    this.#awake?.release().catch(() => {})
    this.video.srcObject = this.#stream = this.#awake = null
    this.on = this.torchOn = this.wanted = false
    this.changed()
  }

  get hasTorch() {
    return Boolean(this.#stream?.getVideoTracks()[0]?.getCapabilities?.().torch)
  }

  async torch(on) {
    await this.#stream.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: on }] })
    this.torchOn = on
    this.changed()
  }

  #visible() {
    if (document.hidden && this.on) {
      this.close()
      this.wanted = true
    } else if (!document.hidden && this.wanted) {
      this.open().catch(() => this.close())
    }
  }

  async #watch() {
    const stream = this.#stream
    while (this.on && stream === this.#stream) {
      const text = await this.#look(this.video).catch(() => "")
      if (text && this.on) await this.read(text)
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS))
    }
  }
}

// Takes a video, gives the text of the symbol that it shows, or nothing.
export async function reader() {
  return (await knowsQr()) ? nativeReader() : zxingReader()
}

async function knowsQr() {
  if (!("BarcodeDetector" in globalThis)) return false
  return (await BarcodeDetector.getSupportedFormats().catch(() => [])).includes("qr_code")
}

function nativeReader() {
  const detector = new BarcodeDetector({ formats: ["qr_code"] })
  return async (video) => (video.videoWidth ? ((await detector.detect(video))[0]?.rawValue ?? "") : "")
}

function zxingReader() {
  const worker = new Worker(new URL("reader.js", import.meta.url))
  const drawing = document.createElement("canvas").getContext("2d", { willReadFrequently: true })
  let answer = () => {}
  worker.onmessage = ({ data }) => answer(data.text ?? "")
  worker.onerror = () => answer("")
  return (video) => {
    if (!video.videoWidth) return Promise.resolve("")
    const image = pictureOf(video, drawing)
    worker.postMessage(image, [image.data.buffer])
    return new Promise((resolve) => {
      answer = resolve
    })
  }
}

function pictureOf(video, drawing) {
  const scale = Math.min(1, WIDEST_LOOK / video.videoWidth)
  const [width, height] = [Math.round(video.videoWidth * scale), Math.round(video.videoHeight * scale)]
  Object.assign(drawing.canvas, { width, height })
  drawing.drawImage(video, 0, 0, width, height)
  return drawing.getImageData(0, 0, width, height)
}
