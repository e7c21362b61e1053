// A worker that reads QR codes with zxing, where the browser has no reader of its own: the page stays quick.
/* global importScripts, ZXingWASM */

const STATIC = new URL("../../static/vendor/", self.location)
importScripts(new URL("zxing-reader.js", STATIC))

const ready = ZXingWASM.prepareZXingModule({
  overrides: { locateFile: () => new URL("zxing_reader.wasm", STATIC).href },
  fireImmediately: true,
})

self.onmessage = async ({ data: image }) => {
  try {
    await ready
    const [found] = await ZXingWASM.readBarcodes(image, { formats: ["QRCode"], maxNumberOfSymbols: 1 })
    self.postMessage({ text: found?.text })
  } catch {
    self.postMessage({})
  }
}
