// Networks as graphs: what stands around a graph on the page, and how it is folded and asked.
"use strict";

(() => {
  const { element, architecture } = netspec;
  const { Graph, Overview, Picture, Steering, Tools, details, drawing, layout, views, words } = architecture;
  const BESIDE = 60;
  // More boxes than this a browser takes too long over.
  const MOST = 2000;
  const KEYS =
    "Arrow keys go to what a layer takes, to what takes it, and to what stands beside it. Enter folds and unfolds a " +
    "block, and shows all that is known of a layer. Escape goes to the block around. Plus and minus zoom, 0 shows all, " +
    "and / searches.";
  const NOTHING = "Choose a layer to see all that is known of it; choose a block to fold or unfold it.";

  class View {
    constructor(place) {
      this.place = place;
      this.graph = new Graph(netspec.data(`${place.id}-data`));
      this.isCompact = false;
      this.current = this.graph.root.children[0];
      this.chosen = null;
      this.picked = new Set();
      this.build();
      this.steering = new Steering(this);
      this.draw();
      this.say();
    }

    // What stands on the page.

    build() {
      const keys = `${this.place.id}-keys`;
      const layers = this.graph.nodes.filter((box) => box.record.kind === "layer").length;
      this.frames = element("div", { class: "frames" });
      this.lines = document.createElementNS(drawing.SVG, "svg");
      this.lines.setAttribute("aria-hidden", "true");
      this.boxes = element("div", { class: "boxes" });
      const canvas = element("div", { class: "canvas" }, this.frames, this.lines, this.boxes);
      this.area = element(
        "div",
        {
          class: "view",
          role: "application",
          "aria-roledescription": "graph",
          "aria-describedby": keys,
          "aria-label": `Architecture of ${this.graph.record.name}: ${words.several(layers, "layer")}`,
        },
        canvas,
      );
      this.picture = new Picture(this.area, canvas);
      this.overview = new Overview(this.picture);
      this.area.append(this.overview.place);
      this.tools = new Tools(this);
      this.details = element("aside", { class: "details", "aria-label": "Details" });
      this.status = element("p", { class: "status unseen", role: "status" });
      this.place.replaceChildren(
        this.tools.place,
        this.status,
        element("div", { class: "sides" }, this.area, this.details),
        element(
          "details",
          { class: "about" },
          element("summary", {}, "Keys and colours"),
          element("p", { id: keys }, KEYS),
          drawing.legend(this.graph),
        ),
      );
      this.picture.onMove = () => {
        this.tools.showScale(this.picture.scale);
        this.overview.moved();
      };
    }

    draw() {
      const { graph } = this;
      this.laid = layout.layOut(graph, { isCompact: this.isCompact });
      const { boxes, lines, wide, high } = this.laid;
      this.lines.setAttribute("viewBox", `0 0 ${wide} ${high}`);
      this.lines.setAttribute("width", wide);
      this.lines.setAttribute("height", high);
      const isCompact = this.isCompact;
      this.made = new Map(
        [...boxes].map(([box, area]) => [box, drawing.box(graph, box, area, { isCompact })]),
      );
      const open = [...boxes].filter(([box]) => graph.isOpen(box));
      this.frames.replaceChildren(...open.map(([box, area]) => drawing.frame(box, area)));
      this.boxes.replaceChildren(...this.made.values());
      this.drawn = new Map(lines.map((line) => [line, drawing.line(line)]));
      this.lines.replaceChildren(...this.drawn.values());
      this.current = graph.shown(this.current);
      this.made.get(this.current).tabIndex = 0;
      this.tools.show({ isCompact });
      this.overview.draw(graph, this.laid);
      const first = boxes.get(graph.root.children[0]);
      this.picture.setSize(this.laid, first.x + first.wide / 2);
      this.mark();
    }

    /** Shows what is chosen, and what it takes and gives. */
    mark() {
      const { chosen, graph } = this;
      const near = new Set();
      const isChosen = (box) => chosen !== null && (box === chosen || graph.around(box).includes(chosen));
      for (const [line, made] of this.drawn) {
        const is = isChosen(line.from) !== isChosen(line.to);
        made.classList.toggle("near", is);
        if (!is) continue;
        near.add(line.from).add(line.to);
        this.lines.append(made); // above the others
      }
      for (const [box, made] of this.made) {
        made.classList.toggle("chosen", box === chosen);
        made.classList.toggle("near", box !== chosen && near.has(box));
        made.classList.toggle("picked", this.picked.has(box));
      }
    }

    // Folding.

    toggle(box) {
      const middle = ({ x, y, wide }) => ({ x: x + wide / 2, y });
      const seenAt = this.picture.seenAt(middle(this.laid.boxes.get(box)));
      this.graph.toggle(box);
      this.current = box;
      this.draw();
      this.picture.put(middle(this.laid.boxes.get(box)), seenAt);
      this.tell(`${box.record.name} ${this.graph.isOpen(box) ? "unfolded" : "folded"}`);
    }

    openTo(level) {
      const opened = this.graph.openTo(level, MOST);
      this.draw();
      this.bring(this.current);
      const isLess = opened < Math.min(level, this.graph.levels);
      const less = isLess
        ? `: so deep there are more than ${words.count(MOST)}; unfold those that you want to see`
        : "";
      this.tell(`${words.count(this.graph.count())} boxes, to a depth of ${opened}${less}`, isLess);
    }

    setCompact(isCompact) {
      this.isCompact = isCompact;
      this.draw();
      this.bring(this.current);
    }

    // Going to a box, and asking what it is.

    bring(box) {
      const area = this.laid.boxes.get(box);
      this.picture.bring(this.graph.isOpen(box) ? { ...area, high: layout.HEAD } : area);
    }

    setCurrent(box) {
      this.made.get(this.current).tabIndex = -1;
      this.current = box;
      this.made.get(box).tabIndex = 0;
    }

    focus(box) {
      this.bring(box);
      const made = this.made.get(box);
      made.focus({ preventScroll: true });
      // The picture has been moved in its window; where that is not all in the browser's, the page is moved too.
      const { top, bottom } = made.getBoundingClientRect();
      if (top < 0) scrollBy(0, top - BESIDE);
      else if (bottom > innerHeight) scrollBy(0, bottom - innerHeight + BESIDE);
    }

    /** What a click does, and Enter. */
    act(box) {
      if (box.isGroup) this.toggle(box);
      this.choose(box);
      this.focus(box);
    }

    choose(box, { isPartner = false, picked = [] } = {}) {
      if (box) this.setCurrent(box);
      this.chosen = box;
      this.picked = new Set(picked.map((each) => this.graph.shown(each)));
      this.mark();
      this.say();
      if (!isPartner) this.other()?.show(this.counterpart(box), { isPartner: true });
    }

    /** Unfolds what is around a box, moves to it and chooses it; with none, nothing is chosen any more. */
    show(box, { isPartner = false, focus = false } = {}) {
      if (box && this.graph.shown(box) !== box) {
        this.graph.reveal(box);
        this.draw();
      }
      this.choose(box, { isPartner });
      if (box) this.bring(box);
      if (focus) this.focus(box);
    }

    /** Shows a layer by its name, also where the page is elsewhere. */
    showNamed(name) {
      this.show(this.graph.named.get(name), { focus: true });
      this.area.scrollIntoView({ block: "nearest" });
    }

    /** Unfolds what is around layers and shows them all; the first is chosen. */
    showAll(names) {
      const boxes = names.map((name) => this.graph.named.get(name)).filter(Boolean);
      this.graph.revealAll(boxes, MOST);
      this.draw();
      const first = boxes.length ? this.graph.shown(boxes[0]) : null;
      this.choose(first, { isPartner: true, picked: boxes });
      if (first) this.bring(first);
    }

    /** The graph beside this one, where a page has two. */
    other() {
      return views[this.place.dataset.partner];
    }

    /** What a box is in the other graph; null where it is not there. */
    counterpart(box) {
      const graph = this.other()?.graph;
      if (!graph || !box) return null;
      const { mark, name } = box.record;
      if (mark) return graph.named.get(mark.partner) ?? null;
      const marked = this.graph.around(box).findLast((group) => group.record.mark)?.record;
      if (marked) return graph.named.get(name.replace(marked.name, marked.mark.partner)) ?? null;
      const partners = this.graph.inside(box).map((node) => node.record.mark?.partner);
      const inner = graph.named.get(partners.find((partner) => graph.named.has(partner)));
      const around = inner ? graph.around(inner) : [];
      return around.find((group) => group.record.name === name) ?? around[box.level - 1] ?? null;
    }

    say() {
      if (!this.chosen) {
        this.details.replaceChildren(element("p", { class: "faint" }, NOTHING));
        return;
      }
      const jump = (box) => this.show(box, { focus: true });
      const across = this.other() && (this.counterpart(this.chosen)?.record.name ?? "not there");
      this.details.replaceChildren(...details(this.graph, this.chosen, { jump, across }));
      this.details.scrollTop = 0;
    }

    tell(text, isSeen = false) {
      this.status.textContent = text;
      this.status.classList.toggle("unseen", !isSeen);
    }
  }

  for (const place of document.querySelectorAll(".architecture")) {
    views[place.id] = new View(place);
  }

  // What else on the page names a layer leads to it.
  for (const named of document.querySelectorAll("[data-layer][data-graph]")) {
    const label = `Show ${named.dataset.layer} in the graph`;
    const words = { type: "button", class: "jump", "aria-label": label, title: label };
    const leading = element("button", words, ...named.childNodes);
    leading.addEventListener("click", () => {
      views[named.dataset.graph].showNamed(named.dataset.layer);
    });
    named.append(leading);
  }
})();
