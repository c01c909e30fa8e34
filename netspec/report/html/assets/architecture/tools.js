// What stands above a graph: a search, and buttons that fold, unfold and zoom.
"use strict";

netspec.architecture.Tools = (() => {
  const { element, architecture } = netspec;
  const { Search, words } = architecture;
  const STEP = 1.25;

  class Tools {
    constructor(view) {
      const { graph, picture } = view;
      this.graph = graph;
      this.search = new Search(graph, `${view.place.id}-found`, (box) => view.show(box, { focus: true }));
      this.zoom = element("output", { class: "zoom" });
      this.compact = button("Compact", "Show one line of each layer", () => view.setCompact(!view.isCompact));
      this.place = element("div", { class: "tools" }, this.search.place, ...this.folding(view), this.compact);
      this.place.append(
        together(
          "Zoom",
          button("−", "Zoom out", () => picture.zoomBy(1 / STEP)),
          this.zoom,
          button("+", "Zoom in", () => picture.zoomBy(STEP)),
          button("Fit", "Show all of it", () => picture.fit()),
        ),
      );
    }

    folding(view) {
      this.depths = Array.from({ length: this.graph.levels }, (_, at) => {
        const told = `Unfold ${words.several(at, "level")} of blocks`;
        return button(String(at + 1), told, () => view.openTo(at + 1));
      });
      if (this.graph.groups.length === 0) return [];
      const name = element("span", { class: "faint", "aria-hidden": "true" }, "Depth");
      return [
        together("Depth", name, ...this.depths),
        button("Fold all", "Fold all blocks", () => view.openTo(1)),
        button("Unfold all", "Unfold all blocks", () => view.openTo(Infinity)),
      ];
    }

    /** Shows which of them say how the graph is shown now. */
    show({ isCompact }) {
      this.depths.forEach((each, at) => each.setAttribute("aria-pressed", this.graph.isOpenTo(at + 1)));
      this.compact.setAttribute("aria-pressed", isCompact);
    }

    showScale(scale) {
      this.zoom.value = `${Math.round(scale * 100)} %`;
    }
  }

  function button(text, label, act) {
    const made = element("button", { type: "button", "aria-label": label, title: label }, text);
    made.addEventListener("click", act);
    return made;
  }

  function together(label, ...inside) {
    return element("span", { class: "together", role: "group", "aria-label": label }, ...inside);
  }

  return Tools;
})();
