// A small picture of a whole network, in which one goes to another place.
"use strict";

netspec.architecture.Overview = (() => {
  const { element, architecture } = netspec;
  const { SVG } = architecture.drawing;
  const MOST = { wide: 84, high: 220 };
  const NARROWEST = 10;

  class Overview {
    constructor(picture) {
      this.picture = picture;
      this.drawn = document.createElementNS(SVG, "svg");
      this.drawn.setAttribute("preserveAspectRatio", "none");
      this.seen = document.createElementNS(SVG, "rect");
      this.seen.setAttribute("class", "seen");
      this.place = element("div", { class: "overview", "aria-hidden": "true" }, this.drawn);
      this.place.addEventListener("pointerdown", (event) => {
        this.place.setPointerCapture(event.pointerId);
        this.go(event);
      });
      this.place.addEventListener("pointermove", (event) => this.go(event));
    }

    go(event) {
      if (!event.buttons) return;
      const { left, top, width, height } = this.drawn.getBoundingClientRect();
      const { wide, high } = this.picture;
      this.picture.toMiddle({
        x: ((event.clientX - left) / width) * wide,
        y: ((event.clientY - top) / height) * high,
      });
      event.preventDefault();
    }

    draw(graph, { boxes, wide, high }) {
      const scale = Math.min(MOST.wide / wide, MOST.high / high);
      this.drawn.setAttribute("viewBox", `0 0 ${wide} ${high}`);
      this.drawn.setAttribute("width", Math.max(NARROWEST, wide * scale));
      this.drawn.setAttribute("height", high * scale);
      const made = [...boxes].map(([box, area]) => {
        const each = document.createElementNS(SVG, "rect");
        const kind = box.isGroup ? "closed" : `of-${box.record.family ?? "other"}`;
        each.setAttribute("class", graph.isOpen(box) ? "frame" : kind);
        put(each, area);
        return each;
      });
      this.drawn.replaceChildren(...made, this.seen);
    }

    /** Shows which part of the picture is seen; without a picture that is larger than its window there is nothing to. */
    moved() {
      const { area, at, scale, wide, high } = this.picture;
      const seen = { wide: area.clientWidth / scale, high: area.clientHeight / scale };
      this.place.hidden = wide <= seen.wide + 1 && high <= seen.high + 1;
      put(this.seen, { x: -at.x / scale, y: -at.y / scale, ...seen });
    }
  }

  function put(each, { x, y, wide, high }) {
    for (const [name, value] of Object.entries({ x, y, width: wide, height: high })) {
      each.setAttribute(name, value);
    }
  }

  return Overview;
})();
