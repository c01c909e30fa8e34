// Where each box of a network and each line between them lies: dagre lays out one group after another, from the innermost.
"use strict";

netspec.architecture.layout = (() => {
  const BOX = { wide: 232, high: 66 };
  const ANOTHER_LINE = 16;
  const LINE_HOLDS = 34;
  const COMPACT = { wide: 232, high: 26 };
  const END = { wide: 150, high: 34 };
  const HEAD = 34;
  const PAD = 14;
  const BESIDE = 26;
  const BELOW = 34;
  const BELOW_COMPACT = 22;
  const MAIN_WAY = 8;
  const MARGIN = 12;
  const ENTRY_GAP = 22;
  const INTO = 26;
  const OUT_OF = 10;
  const WIDER = 1.4;

  const sideOf = (box, isCompact) => {
    if (isCompact) return COMPACT;
    if (box.record.kind === "input" || box.record.kind === "output") return END;
    const isLong = netspec.architecture.words.kind(box).length > LINE_HOLDS;
    return isLong ? { ...BOX, high: BOX.high + ANOTHER_LINE } : BOX;
  };

  /** Where all that is seen lies: `boxes` with x, y, wide, high, and `lines` with their points. */
  function layOut(graph, { isCompact = false } = {}) {
    const lines = graph.lines();
    const ways = new Map();
    const waysIn = (group) => ways.get(group) ?? ways.set(group, new Map()).get(group);
    for (const line of lines) divide(graph, line, waysIn);
    const whole = place(graph, graph.root, waysIn, isCompact);
    const boxes = new Map();
    const drawn = new Map();
    settle(graph, whole, MARGIN, MARGIN, boxes, drawn);
    for (const line of lines) {
      line.points = line.ways.flatMap((way) => drawn.get(way));
      line.isLong = line.ways.some((way) => way.isLong);
    }
    return { boxes, lines, wide: whole.wide + 2 * MARGIN, high: whole.high + 2 * MARGIN };
  }

  /** Cuts a line where it leaves and enters open groups; lines from one box share what they have in common. */
  function divide(graph, line, waysIn) {
    const [out, into] = [graph.around(line.from), graph.around(line.to)];
    let shared = 0;
    while (shared < out.length && shared < into.length && out[shared] === into[shared]) shared += 1;
    const within = shared ? out[shared - 1] : graph.root;
    const leaving = out.slice(shared);
    const entering = into.slice(shared);
    line.ways = [];
    const add = (group, from, to, key) => {
      const ways = waysIn(group);
      if (!ways.has(key)) ways.set(key, { key, from, to, source: line.from });
      line.ways.push(ways.get(key));
    };
    const key = line.from.key;
    leaving.toReversed().forEach((group, at) => {
      const from = at ? leaving[leaving.length - at] : line.from;
      add(group, from, null, `${key} out`);
    });
    const ends = [leaving[0] ?? line.from, entering[0] ?? line.to];
    add(within, ...ends, `${key} to ${ends[1].key}`);
    entering.forEach((group, at) => {
      const to = entering[at + 1] ?? line.to;
      add(group, null, to, `${key} in ${to.key}`);
    });
  }

  /** Lays out what is in a group, and first the open groups in it; anew only where something in it is another. */
  function place(graph, group, waysIn, isCompact) {
    const ways = [...waysIn(group).values()];
    const inner = new Map();
    const sizes = new Map();
    for (const child of group.children) {
      if (graph.isOpen(child)) inner.set(child, place(graph, child, waysIn, isCompact));
      sizes.set(child, inner.get(child) ?? sideOf(child, isCompact));
    }
    const said = [...sizes].map(([child, { wide, high }]) => `${child.key} ${wide} ${high}`);
    const signature = [...said, ...ways.map((way) => way.key)].join();
    if (group.laid?.signature !== signature) {
      const net = new dagre.graphlib.Graph();
      net.setGraph({
        rankdir: "TB",
        nodesep: BESIDE,
        ranksep: isCompact ? BELOW_COMPACT : BELOW,
        marginx: 0,
        marginy: 0,
      });
      net.setDefaultEdgeLabel(() => ({}));
      for (const [child, { wide, high }] of sizes) net.setNode(child.key, { width: wide, height: high });
      const ports = connect(net, ways);
      dagre.layout(net);
      group.laid = { signature, ...measured(graph, group, net, ways, ports) };
    }
    return { ...group.laid, inner, ways };
  }

  /** Puts a group's lines into its layout, with a place at its edge for each that comes in or goes out. */
  function connect(net, ways) {
    const last = new Map();
    for (const way of ways) {
      if (way.to && way.from) last.set(way.to, Math.max(last.get(way.to) ?? -1, way.from.order));
    }
    const ports = { in: new Map(), out: new Map() };
    const port = (side, source) => {
      const key = `${side} ${source.key}`;
      if (!ports[side].has(source)) {
        ports[side].set(source, key);
        net.setNode(key, { width: 4, height: 1 });
      }
      return key;
    };
    for (const way of ways) {
      const from = way.from ? way.from.key : port("in", way.source);
      const to = way.to ? way.to.key : port("out", way.source);
      const isMain = way.from && way.to && way.from.order === last.get(way.to);
      way.edge = [from, to];
      net.setEdge(from, to, { weight: isMain ? MAIN_WAY : 1 });
    }
    // Where there are several, they stand at the edge and not beside what they lead to.
    for (const [side, keys] of Object.entries(ports)) {
      if (keys.size < 2) continue;
      net.setNode(side, { width: 1, height: 1 });
      for (const key of keys.values()) {
        net.setEdge(...(side === "in" ? [side, key] : [key, side]), { weight: 100 });
      }
    }
    return ports;
  }

  /** What a layout came to, measured from the group's own corner. */
  function measured(graph, group, net, ways, ports) {
    const isRoot = group === graph.root;
    const all = net.nodes().map((key) => net.node(key));
    const own = group.children.map((child) => net.node(child.key));
    const passed = ways.flatMap((way) => net.edge(...way.edge).points.map(({ x }) => x));
    let left = Math.min(...all.map((node) => node.x - node.width / 2), ...passed);
    let right = Math.max(...all.map((node) => node.x + node.width / 2), ...passed);
    const top = Math.min(...own.map((node) => node.y - node.height / 2));
    const bottom = Math.max(...own.map((node) => node.y + node.height / 2));
    if (ports.in.size === 1) {
      // What goes through a group goes in at its middle.
      const middle = net.node([...ports.in.values()][0]).x;
      const half = Math.max(middle - left, right - middle);
      if (2 * half < WIDER * (right - left)) [left, right] = [middle - half, middle + half];
    }
    const wide = isRoot ? right - left : Math.max(right - left, BOX.wide) + 2 * PAD;
    const high = bottom - top + (isRoot ? 0 : HEAD + INTO + OUT_OF + PAD);
    const shift = { x: (wide - (right - left)) / 2 - left, y: (isRoot ? 0 : HEAD + INTO) - top };
    const rows = heights(all);
    const boxes = new Map();
    for (const child of group.children) {
      const { x, y, width, height } = net.node(child.key);
      const row = rows.get(y);
      const corner = { x: x - width / 2 + shift.x, y: y - row / 2 + shift.y };
      boxes.set(child, { ...corner, wide: width, high: height, rowEnd: corner.y + row });
    }
    const sides = [...ports.in.values(), ...ports.out.values()];
    const portsAt = new Map(sides.map((key) => [key, net.node(key).x + shift.x]));
    return { wide, high, boxes, portsAt, between: straight(net, ways, rows, shift) };
  }

  /** How high each row is, by where its middle lies. */
  function heights(nodes) {
    const rows = new Map();
    for (const { y, height } of nodes) rows.set(y, Math.max(rows.get(y) ?? 0, height));
    return rows;
  }

  /** Where lines pass the rows between their ends: along a row, however high, a line goes straight down. */
  function straight(net, ways, rows, shift) {
    const between = new Map();
    for (const way of ways) {
      const points = net.edge(...way.edge).points.slice(1, -1);
      const passed = points.flatMap(({ x, y }) => {
        const half = (rows.get(y) ?? 0) / 2;
        const at = (side) => ({ x: x + shift.x, y: y + side + shift.y });
        return half > 1 ? [at(-half), at(half)] : [];
      });
      between.set(way.key, passed);
    }
    return between;
  }

  /** Gives all boxes their places in the whole, and all lines their points. */
  function settle(graph, laid, left, top, boxes, drawn) {
    turn(laid);
    const begins = new Map(laid.ways.map((way) => [way, start(laid, way)]));
    const ends = arrivals(laid, begins);
    for (const way of laid.ways) {
      const points = [begins.get(way), ...laid.between.get(way.key), ends.get(way)];
      // Through a group's head, along a row, and out of a group a line goes straight down.
      const straightTo = way.from ? laid.boxes.get(way.from).rowEnd : HEAD;
      if (straightTo > points[0].y) points.splice(1, 0, { x: points[0].x, y: straightTo });
      if (!way.to) {
        const x = portAt(laid, "out", way.source);
        points.splice(-1, 1, { x, y: laid.high - PAD }, { x, y: laid.high });
      }
      drawn.set(
        way,
        points.map(({ x, y }) => ({ x: x + left, y: y + top })),
      );
      way.isLong = laid.between.get(way.key).length > 0;
    }
    for (const [child, { x, y, wide, high }] of laid.boxes) {
      boxes.set(child, { x: x + left, y: y + top, wide, high });
      const inner = laid.inner.get(child);
      if (inner) settle(graph, inner, x + left, y + top, boxes, drawn);
    }
  }

  /** Turns groups in which lines would cross on their way in, left to right. */
  function turn(laid) {
    const begin = (way) => (laid.between.get(way.key).at(-1) ?? start(laid, way)).x;
    for (const [child, inner] of laid.inner) {
      const coming = laid.ways.filter((way) => way.to === child);
      let crossings = 0;
      for (const [at, one] of coming.entries()) {
        for (const other of coming.slice(at + 1)) {
          const inside = portAt(inner, "in", one.source) - portAt(inner, "in", other.source);
          crossings += Math.sign((begin(one) - begin(other)) * inside) * -1;
        }
      }
      if (crossings > 0) laid.inner.set(child, mirrored(inner));
    }
  }

  function mirrored(laid) {
    const { wide } = laid;
    const turned = ({ x, ...rest }) => ({ ...rest, x: wide - x });
    return {
      ...laid,
      boxes: new Map([...laid.boxes].map(([box, area]) => [box, { ...area, x: wide - area.x - area.wide }])),
      portsAt: new Map([...laid.portsAt].map(([key, x]) => [key, wide - x])),
      between: new Map([...laid.between].map(([key, points]) => [key, points.map(turned)])),
    };
  }

  const portAt = (laid, side, source) => laid.portsAt.get(`${side} ${source.key}`);

  function start(laid, way) {
    if (!way.from) return { x: portAt(laid, "in", way.source), y: 0 };
    const box = laid.boxes.get(way.from);
    const inner = laid.inner.get(way.from);
    const x = inner ? portAt(inner, "out", way.source) : box.wide / 2;
    return { x: box.x + x, y: box.y + box.high };
  }

  /** Where lines end: at a group's own place for them; at a layer side by side, as they come. */
  function arrivals(laid, begins) {
    const coming = new Map();
    for (const way of laid.ways) {
      if (way.to) coming.set(way.to, [...(coming.get(way.to) ?? []), way]);
    }
    const ends = new Map();
    for (const [to, ways] of coming) {
      const box = laid.boxes.get(to);
      const inner = laid.inner.get(to);
      const before = (way) => (laid.between.get(way.key).at(-1) ?? begins.get(way)).x;
      const gap = Math.min(ENTRY_GAP, (box.wide * 0.7) / Math.max(1, ways.length - 1));
      ways
        .toSorted((a, b) => before(a) - before(b))
        .forEach((way, at) => {
          const beside = box.wide / 2 + (at - (ways.length - 1) / 2) * gap;
          ends.set(way, { x: box.x + (inner ? portAt(inner, "in", way.source) : beside), y: box.y });
        });
    }
    return ends;
  }

  /** A line through points, upright wherever it meets one. */
  function path(points) {
    const steps = points.slice(1).map(({ x, y }, at) => {
      const before = points[at];
      if (Math.abs(before.x - x) < 0.5) return `L${x} ${y}`;
      const middle = (before.y + y) / 2;
      return `C${before.x} ${middle} ${x} ${middle} ${x} ${y}`;
    });
    return `M${points[0].x} ${points[0].y}${steps.join("")}`;
  }

  return { HEAD, layOut, path };
})();
