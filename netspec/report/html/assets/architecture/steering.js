// A network's picture walked through with the keyboard, and moved and zoomed with mouse and fingers.
"use strict";

netspec.architecture.Steering = (() => {
  const { HEAD } = netspec.architecture.layout;
  const STEP = 1.25;
  // So far a finger may slip, and it is a click all the same.
  const STILL = 5;

  class Steering {
    constructor(view) {
      this.view = view;
      this.wasMoved = false;
      view.boxes.addEventListener("click", (event) => {
        const box = this.boxOf(event.target);
        if (box && !this.wasMoved) view.act(box);
      });
      view.boxes.addEventListener("focusin", (event) => {
        const box = this.boxOf(event.target);
        if (box) view.setCurrent(box);
      });
      view.area.addEventListener("keydown", (event) => this.pressed(event));
      const zoomed = (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        view.picture.zoomBy(Math.exp(-event.deltaY / 300), this.within(event));
      };
      view.area.addEventListener("wheel", zoomed, { passive: false });
      // Where the browser scrolls to what has the focus, the picture is moved in its place.
      view.area.addEventListener("scroll", () => view.area.scrollTo(0, 0));
      this.listenToFingers();
    }

    boxOf(target) {
      const key = target.closest?.("[data-key]")?.dataset.key;
      return key === undefined ? null : this.view.graph.keyed(key);
    }

    within(event) {
      const area = this.view.area.getBoundingClientRect();
      return { x: event.clientX - area.left, y: event.clientY - area.top };
    }

    // Mouse and fingers.

    listenToFingers() {
      const { area, overview } = this.view;
      const fingers = new Map();
      let start = null;
      area.addEventListener("pointerdown", (event) => {
        if (event.button || overview.place.contains(event.target)) return;
        this.wasMoved = false;
        start = this.within(event);
        fingers.set(event.pointerId, start);
      });
      area.addEventListener("pointermove", (event) => {
        const before = fingers.get(event.pointerId);
        if (!before) return;
        const now = this.within(event);
        const isStill = Math.hypot(now.x - start.x, now.y - start.y) < STILL;
        if (!this.wasMoved && isStill) return;
        if (!this.wasMoved) area.setPointerCapture(event.pointerId);
        this.wasMoved = true;
        this.moved(fingers, event, before, now);
      });
      const end = (event) => fingers.delete(event.pointerId);
      area.addEventListener("pointerup", end);
      area.addEventListener("pointercancel", end);
    }

    moved(fingers, event, before, now) {
      const spread = () => {
        const [a, b] = [...fingers.values()];
        return Math.hypot(a.x - b.x, a.y - b.y);
      };
      if (fingers.size === 2) {
        const was = spread();
        fingers.set(event.pointerId, now);
        this.view.picture.zoomBy(spread() / was, now);
        return;
      }
      fingers.set(event.pointerId, now);
      const left = this.view.picture.move(now.x - before.x, now.y - before.y);
      if (event.pointerType !== "touch") return;
      // A finger that has come to the picture's end goes on to move the page, and the picture with it.
      const top = scrollY;
      scrollBy({ top: -left.y, behavior: "instant" });
      fingers.set(event.pointerId, { x: now.x, y: now.y + scrollY - top });
    }

    // The keyboard.

    pressed(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const { view } = this;
      const acts = {
        ArrowDown: () => this.go(this.after(view.current)),
        ArrowUp: () => this.go(this.before(view.current)),
        ArrowLeft: () => this.go(this.beside(view.current, -1)),
        ArrowRight: () => this.go(this.beside(view.current, 1)),
        Home: () => this.go(view.graph.seen()[0]),
        End: () => this.go(view.graph.seen().at(-1)),
        Enter: () => view.act(view.current),
        " ": () => view.act(view.current),
        Escape: () => this.go(view.graph.around(view.current).at(-1)),
        "+": () => view.picture.zoomBy(STEP),
        "-": () => view.picture.zoomBy(1 / STEP),
        0: () => view.picture.fit(),
        "/": () => view.tools.search.input.focus(),
      };
      if (!acts[event.key]) return;
      event.preventDefault();
      acts[event.key]();
    }

    go(box) {
      if (box) this.view.focus(box);
    }

    /** What takes a box's output, the nearest first: an open group's head before what is in it. */
    after(box) {
      const { graph, laid } = this.view;
      if (graph.isOpen(box)) return graph.seen(box)[0];
      const next = laid.lines.filter((line) => line.from === box).map((line) => line.to);
      const near = this.nearest(box, next);
      const left = graph.around(box);
      return near && (graph.around(near).find((group) => !left.includes(group)) ?? near);
    }

    /** What a box takes, the nearest first: the head of the group that it stands in before what stands outside. */
    before(box) {
      const { graph, laid } = this.view;
      const own = new Set(graph.isOpen(box) ? [box, ...graph.seen(box)] : [box]);
      const coming = laid.lines.filter((line) => own.has(line.to) && !own.has(line.from));
      const near = this.nearest(
        box,
        coming.map((line) => line.from),
      );
      const group = graph.around(box).at(-1);
      if (!group) return near;
      return near && graph.around(near).includes(group) ? near : group;
    }

    nearest(box, others) {
      const { boxes } = this.view.laid;
      const far = (other) => Math.abs(boxes.get(other).y - boxes.get(box).y) + across(boxes, box, other) / 4;
      return others.toSorted((a, b) => far(a) - far(b))[0];
    }

    /** The next box to the left or the right. */
    beside(box, way) {
      const { graph, laid } = this.view;
      const { boxes } = laid;
      const { y, high } = boxes.get(box);
      const bottom = y + (graph.isOpen(box) ? HEAD : high);
      const own = new Set([...graph.around(box), ...(graph.isOpen(box) ? graph.seen(box) : [])]);
      const others = [...boxes.keys()].filter((other) => {
        const there = boxes.get(other);
        const isLevel = there.y < bottom && there.y + there.high > y;
        return isLevel && other !== box && !own.has(other) && across(boxes, box, other, true) * way > 0;
      });
      const far = (other) => across(boxes, box, other) + Math.abs(boxes.get(other).y - y) / 4;
      return others.toSorted((a, b) => far(a) - far(b))[0];
    }
  }

  /** How far a box's middle is from another's, to the side; with a sign, to which. */
  function across(boxes, box, other, isSigned = false) {
    const middle = ({ x, wide }) => x + wide / 2;
    const far = middle(boxes.get(other)) - middle(boxes.get(box));
    return isSigned ? far : Math.abs(far);
  }

  return Steering;
})();
