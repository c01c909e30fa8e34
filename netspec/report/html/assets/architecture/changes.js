// What differs between two networks, as a list that leads to the layers of both.
"use strict";

(() => {
  const { element, architecture } = netspec;
  const changes = netspec.data("changes-data");

  for (const named of document.querySelectorAll("[data-change]")) {
    const layers = changes[Number(named.dataset.change)];
    const label = `Show ${named.textContent} in both networks`;
    const button = element("button", { type: "button", class: "jump", title: label }, ...named.childNodes);
    button.addEventListener("click", () => {
      Object.entries(layers).forEach(([side, names]) => architecture.views[side].showAll(names));
      document.getElementById("networks").scrollIntoView({ block: "start" });
    });
    named.append(button);
  }
})();
