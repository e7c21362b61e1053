// The map of the places over a background from elsewhere. Without it the drawing of the page stays.
(() => {
  "use strict"
  const box = document.querySelector("[data-map]")
  if (!box || !window.L) return
  const spots = JSON.parse(document.getElementById("map-spots").textContent)
  const words = box.dataset
  const map = L.map(box, { scrollWheelZoom: false, zoomControl: false, attributionControl: false })
  map.fitBounds(spots.map((spot) => [spot.latitude, spot.longitude]), { padding: [40, 40], maxZoom: 13 })
  L.control.zoom({ zoomInTitle: words.nearer, zoomOutTitle: words.farther }).addTo(map)
  L.control.attribution({ prefix: false }).addTo(map)
  L.tileLayer(words.map, { attribution: words.credit, maxZoom: 18 }).addTo(map)

  // Places at one point stand under one pin.
  const points = new Map()
  for (const spot of spots) {
    const key = `${spot.latitude} ${spot.longitude}`
    points.set(key, [...(points.get(key) ?? []), spot])
  }

  const told = (here) => {
    const said = document.createElement("div")
    for (const spot of here) {
      const line = said.appendChild(document.createElement("div"))
      line.append(Object.assign(document.createElement("strong"), { textContent: spot.name }), ` ${spot.commune}`)
    }
    return said
  }

  for (const here of points.values()) {
    const names = here.map((spot) => spot.name).join(", ")
    const sessions = here.reduce((sum, spot) => sum + spot.sessions, 0)
    const icon = L.divIcon({ className: sessions ? "pin is-open" : "pin", html: sessions ? String(sessions) : "", iconSize: [32, 32] })
    const marker = L.marker([here[0].latitude, here[0].longitude], { icon, title: names }).addTo(map)
    marker.bindPopup(told(here), { minWidth: 180, maxWidth: 240 })
    marker.getElement().setAttribute("aria-label", names)
  }
  map.on("popupopen", ({ popup }) => popup.getElement().querySelector("a.leaflet-popup-close-button")?.setAttribute("aria-label", words.close))
  document.querySelector("[data-drawing]")?.setAttribute("hidden", "")
})()
