// The map of the places over a background from elsewhere. Without it the drawing of the page stays.
(() => {
  "use strict"
  const box = document.querySelector("[data-map]")
  if (!box || !window.L) return
  const spots = JSON.parse(document.getElementById("map-spots").textContent)
  const words = box.dataset
  const map = L.map(box, { scrollWheelZoom: false, zoomControl: false, attributionControl: false })
  L.control.zoom({ zoomInTitle: words.nearer, zoomOutTitle: words.farther }).addTo(map)
  L.control.attribution({ prefix: false }).addTo(map)
  L.tileLayer(words.map, { attribution: words.credit, maxZoom: 18 }).addTo(map)

  const told = (spot) => {
    const said = document.createElement("p")
    const name = document.createElement("strong")
    name.textContent = spot.name
    said.append(name, document.createElement("br"), spot.commune)
    return said
  }

  for (const spot of spots) {
    const icon = L.divIcon({ className: spot.sessions ? "pin is-open" : "pin", html: String(spot.sessions || ""), iconSize: null })
    const at = [spot.latitude, spot.longitude]
    const marker = L.marker(at, { icon, title: spot.name, alt: spot.name }).addTo(map)
    marker.bindPopup(told(spot))
    marker.getElement().setAttribute("aria-label", spot.name)
  }
  map.on("popupopen", ({ popup }) => popup.getElement().querySelector("a.leaflet-popup-close-button")?.setAttribute("aria-label", words.close))
  map.fitBounds(spots.map((spot) => [spot.latitude, spot.longitude]), { padding: [40, 40], maxZoom: 13 })
  document.querySelector("[data-drawing]")?.setAttribute("hidden", "")
})()
