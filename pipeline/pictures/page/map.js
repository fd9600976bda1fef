// The signs on the map and the list beside it. Whatever people wrote enters as text, never as markup.
(function () {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const map = map_places;
  const markers = new Map();

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
      iconSize: [24, 24],
      iconAnchor: [12 - place.offset[0], 12 - place.offset[1]],
      popupAnchor: [place.offset[0], place.offset[1] - 10],
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
  });
  if (data.bounds) map.fitBounds(data.bounds, { padding: [30, 30], animate: false });
  map.fire("zoomend");
})();
