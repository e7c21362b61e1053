// The camera of a page that reads cards: opened and closed by a button, each QR that it sees is told. The
// browser's own reader where it knows QR codes, the vendored one elsewhere.

const BETWEEN_LOOKS = 150
const WIDEST_LOOK = 960

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

// `panel` holds the picture and the button that closes it, `opener` opens it, `files` says where the vendored
// reader lies ({ reader, wasm }). `read` is given each text seen, unless `busy()`; `blind` is called when
// there is no camera to open.
export function camera({ panel, opener, files, read, blind, busy = () => false }) {
  const video = panel.querySelector("video")
  let stream = null
  let on = false

  const open = async () => {
    try {
      const asked = { facingMode: { ideal: "environment" }, width: { ideal: 1280 } }
      stream = await navigator.mediaDevices.getUserMedia({ video: asked })
      const look = await reader(files)
      video.srcObject = stream
      on = true
      show()
      await video.play()
      watch(look)
    } catch {
      close()
      blind()
    }
  }
  const close = () => {
    for (const track of stream?.getTracks() ?? []) track.stop()
    video.srcObject = stream = null
    on = false
    show()
  }
  const show = () => {
    panel.hidden = !on
    opener.setAttribute("aria-expanded", on)
    if (on) panel.scrollIntoView({ block: "nearest" })
  }
  const watch = async (look) => {
    while (on) {
      const text = busy() ? "" : await look(video).catch(() => "")
      if (text && on) read(text)
      await wait(BETWEEN_LOOKS)
    }
  }

  opener.hidden = !navigator.mediaDevices?.getUserMedia
  opener.addEventListener("click", () => (on ? close() : open()))
  panel.querySelector("[data-camera-stop]").addEventListener("click", close)
  addEventListener("pagehide", close)
  return { get on() { return on }, close }
}

// Both readers take a video and give the text of the first symbol, or nothing.
async function reader({ reader: script, wasm }) {
  if (await knowsQr()) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] })
    return async (video) => (await detector.detect(video))[0]?.rawValue ?? ""
  }
  await load(script)
  const zxing = globalThis.ZXingWASM
  await zxing.prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true })
  const canvas = document.createElement("canvas")
  const drawing = canvas.getContext("2d", { willReadFrequently: true })
  return async (video) => {
    if (!video.videoWidth) return ""
    const scale = Math.min(1, WIDEST_LOOK / video.videoWidth)
    canvas.width = Math.round(video.videoWidth * scale)
    canvas.height = Math.round(video.videoHeight * scale)
    drawing.drawImage(video, 0, 0, canvas.width, canvas.height)
    const image = drawing.getImageData(0, 0, canvas.width, canvas.height)
    const found = await zxing.readBarcodes(image, { formats: ["QRCode"], maxNumberOfSymbols: 1 })
    return found[0]?.text ?? ""
  }
}

async function knowsQr() {
  if (!("BarcodeDetector" in globalThis)) return false
  return (await BarcodeDetector.getSupportedFormats().catch(() => [])).includes("qr_code")
}

const load = (source) => new Promise((resolve, reject) => {
  if (globalThis.ZXingWASM) return resolve()
  const script = document.createElement("script")
  script.src = source
  script.onload = resolve
  script.onerror = reject
  document.head.append(script)
})
