// The signs on the map and the list beside it. Whatever people wrote enters as text, never as markup.
(function () {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const map = map_places;
  const markers = new Map();
  const RADIUS = 12; // of a sign, in pixels
  const APART = 27; // from the middle of a sign to the next one's

  function element(tag, text, name) {
    const made = document.createElement(tag);
    made.textContent = text;
    if (name) made.className = name;
    return made;
  }

  function told(place) {
    const made = document.createElement("div");
    made.append(element("h3", place.name));
    for (const line of place.lines) made.append(element("p", line));
    return made;
  }

  function marker(place) {
    const icon = L.divIcon({
      className: "",
      html: element("span", place.number, "sign " + place.kind),
      iconSize: [2 * RADIUS, 2 * RADIUS],
      iconAnchor: [RADIUS, RADIUS],
    });
    const made = L.marker([place.latitude, place.longitude], { icon: icon, riseOnHover: true });
    made.bindPopup(told(place), { maxWidth: 280 }).addTo(map);
    made.getElement().setAttribute("aria-label", place.label);
    made.getElement().setAttribute("role", "button");
    made.on("popupopen popupclose", function (event) {
      const button = document.querySelector('button[data-number="' + place.number + '"]');
      if (event.type === "popupopen") button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    });
    return made;
  }

  // Signs that would cover each other step aside; how far, each zoom tells anew.
  function stepAside() {
    const signs = Array.from(markers.values());
    const home = signs.map(function (sign) { return map.latLngToLayerPoint(sign.getLatLng()); });
    const at = home.map(function (point, n) { return point.add([0.01 * Math.cos(2.4 * n), 0.01 * Math.sin(2.4 * n)]); });
    for (let round = 0, moved = true; moved && round < 300; round++) {
      moved = false;
      for (let i = 1; i < at.length; i++) {
        for (let j = 0; j < i; j++) {
          const between = at[i].subtract(at[j]);
          const length = Math.hypot(between.x, between.y);
          if (length > APART - 0.01) continue;
          const push = between.multiplyBy((APART - length) / 2 / length);
          at[i] = at[i].add(push);
          at[j] = at[j].subtract(push);
          moved = true;
        }
      }
    }
    signs.forEach(function (sign, n) {
      const aside = at[n].subtract(home[n]).round();
      sign.getElement().style.margin = aside.y - RADIUS + "px 0 0 " + (aside.x - RADIUS) + "px";
      sign.getIcon().options.popupAnchor = [aside.x, aside.y - RADIUS];
      if (sign.isPopupOpen()) sign.getPopup().update();
    });
  }

  for (const place of data.places) markers.set(String(place.number), marker(place));

  for (const stop of data.stops) {
    L.circleMarker([stop.latitude, stop.longitude], { radius: 3, color: "#5a5a5a", fillOpacity: 1, interactive: false })
      .bindTooltip(element("span", stop.name), { permanent: true, direction: "right", className: "stop" })
      .addTo(map);
  }

  document.querySelector("nav").addEventListener("click", function (event) {
    const button = event.target.closest("button[data-number]");
    const chosen = button && markers.get(button.dataset.number);
    if (!chosen) return;
    map.setView(chosen.getLatLng(), Math.max(map.getZoom(), 5));
    chosen.openPopup();
  });

  map.on("popupopen", function (event) {
    const close = event.popup.getElement().querySelector(".leaflet-popup-close-button");
    close.setAttribute("aria-label", data.words.close);
    close.title = data.words.close;
  });
  map.attributionControl.setPrefix("Leaflet");
  map.attributionControl.addAttribution(data.words.credit);
  L.control.zoom({ zoomInTitle: data.words.zoom_in, zoomOutTitle: data.words.zoom_out }).addTo(map);
  map.on("zoomend", function () {
    map.getContainer().classList.toggle("is-far", map.getZoom() < 5);
    stepAside();
  });
  if (data.bounds) map.fitBounds(data.bounds, { padding: [30, 30], animate: false });
  map.fire("zoomend");
})();
