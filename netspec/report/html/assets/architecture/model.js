// A network as a tree of boxes that fold. Nothing here touches the page.
"use strict";

netspec.architecture = { views: {} };

netspec.architecture.Graph = (() => {
  /** The boxes of a network: `Graph.boxes` has them all, `root` those outside of groups. */
  class Graph {
    constructor(record) {
      this.record = record;
      this.nodes = record.nodes.map((node, order) => this.box(`n${order}`, node, order, null));
      this.groups = record.groups.map((group, at) => this.box(`g${at}`, group, -1, []));
      this.root = { children: record.top.map((number) => this.at(number)), isGroup: true, level: 0 };
      this.groups.forEach((group) =>
        group.children.push(...group.record.children.map((one) => this.at(one))),
      );
      this.settle(this.root);
      this.boxes = [...this.nodes, ...this.groups];
      this.named = new Map([...this.groups, ...this.nodes].map((box) => [box.record.name, box]));
      this.nodes.forEach((box) => {
        box.takes = box.record.takes.map(([number, output]) => ({ box: this.nodes[number], output }));
        box.takes.forEach((taken) => taken.box.givesTo.push(box));
      });
      this.open = new Set(record.open.map((number) => this.groups[number]));
      this.levels = Math.max(1, ...this.groups.map((group) => group.level + 1));
    }

    box(key, record, order, children) {
      return { key, record, order, children, isGroup: children !== null, takes: [], givesTo: [] };
    }

    at(number) {
      return number < 0 ? this.groups[-1 - number] : this.nodes[number];
    }

    /** Tells each box what it stands in, and each group how deep it is and where it begins in the text. */
    settle(group) {
      for (const child of group.children) {
        child.parent = group;
        child.level = group.level + 1;
        if (child.isGroup) this.settle(child);
        if (group.order === undefined || group.order < 0) group.order = child.order;
      }
    }

    keyed(key) {
      return (key[0] === "g" ? this.groups : this.nodes)[key.slice(1)];
    }

    /** The groups around a box, from the outermost; none for what stands outside of all. */
    around(box) {
      const found = [];
      for (let group = box.parent; group !== this.root; group = group.parent) found.unshift(group);
      return found;
    }

    /** The box that is seen where this one is: itself, or the outermost folded group around it. */
    shown(box) {
      return this.around(box).find((group) => !this.open.has(group)) ?? box;
    }

    isOpen(box) {
      return box === this.root || this.open.has(box);
    }

    /** All boxes that are seen, open groups before what is in them. */
    seen(group = this.root) {
      return group.children.flatMap((child) => (this.isOpen(child) ? [child, ...this.seen(child)] : [child]));
    }

    /** How many boxes are seen, open groups not counted. */
    count() {
      return this.seen().filter((box) => !this.isOpen(box)).length;
    }

    toggle(group) {
      if (!this.open.delete(group)) this.open.add(group);
    }

    /** Whether all is unfolded to a depth, and nothing more. */
    isOpenTo(level) {
      return this.groups.every((group) => this.open.has(group) === group.level < level);
    }

    /** Unfolds all to a depth, or as deep as so many boxes allow; gives that depth. */
    openTo(level, most) {
      for (let depth = Math.min(level, this.levels); depth; depth -= 1) {
        this.open = new Set(this.groups.filter((group) => group.level < depth));
        if (depth === 1 || this.count() <= most) return depth;
      }
      return 1;
    }

    reveal(box) {
      this.around(box).forEach((group) => this.open.add(group));
    }

    /** Unfolds what is around boxes, as long as so many show. */
    revealAll(boxes, most) {
      let shown = this.count();
      for (const box of boxes) {
        const folded = this.around(box).filter((group) => !this.open.has(group));
        shown += folded.reduce((sum, group) => sum + group.children.length - 1, 0);
        if (shown > most) return;
        folded.forEach((group) => this.open.add(group));
      }
    }

    /** The nodes in a box. */
    inside(box) {
      return box.isGroup ? box.children.flatMap((child) => this.inside(child)) : [box];
    }

    /** The lines between boxes that are seen: from which to which. */
    lines() {
      const found = new Map();
      for (const node of this.nodes) {
        const to = this.shown(node);
        for (const taken of node.takes) {
          const from = this.shown(taken.box);
          if (from === to) continue;
          if (!found.has(from)) found.set(from, new Map());
          found.get(from).set(to, { from, to });
        }
      }
      return [...found.values()].flatMap((ends) => [...ends.values()]);
    }
  }

  return Graph;
})();
