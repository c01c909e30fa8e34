// Boxes and lines as elements, and what their colours and signs mean.
"use strict";

netspec.architecture.drawing = (() => {
  const { element, architecture } = netspec;
  const { layout, words } = architecture;
  const SVG = "http://www.w3.org/2000/svg";

  function lie(made, { x, y, wide, high }) {
    Object.assign(made.style, { left: `${x}px`, top: `${y}px`, width: `${wide}px`, height: `${high}px` });
    return made;
  }

  function frame(box, area) {
    return lie(element("div", { class: `frame level-${Math.min(box.level, 5)}` }), area);
  }

  function signs(graph, box) {
    const { record } = box;
    const made = [];
    for (const { change, sign, told } of words.changed(graph, box)) {
      const short = told === change ? `${sign} ${told}` : `${sign}${told.replace(` ${change}`, "")}`;
      made.push(element("span", { class: `change ${change}`, title: told }, short));
    }
    const told = words.frozen(record);
    if (told) made.push(element("span", { class: "frozen", title: told }, record.stages ? "(❄)" : "❄"));
    if (record.shares)
      made.push(
        element("span", { class: "shared", title: `has the weights of ${record.shares}` }, "⟲ shared"),
      );
    return made;
  }

  function common(graph, box, classes) {
    const change = words.changed(graph, box)[0]?.change;
    return element("div", {
      class: ["box", ...classes, change && (box.record.mark ? `is-${change}` : "has-changes")]
        .filter(Boolean)
        .join(" "),
      role: "button",
      tabindex: "-1",
      "data-key": box.key,
      "aria-label": words.label(graph, box),
      "aria-expanded": box.isGroup ? String(graph.isOpen(box)) : null,
    });
  }

  function box(graph, each, area, { isCompact }) {
    return graph.isOpen(each) ? head(graph, each, area) : closed(graph, each, area, isCompact);
  }

  function head(graph, box, { x, y, wide }) {
    const made = common(graph, box, ["head"]);
    made.append(
      element("span", { class: "fold", "aria-hidden": "true" }, "▾"),
      element("span", { class: "name" }, words.shortName(graph, box)),
      element("span", { class: "type" }, [words.kind(box), words.parameters(box)].filter(Boolean).join(", ")),
      ...signs(graph, box),
    );
    return lie(made, { x, y, wide, high: layout.HEAD });
  }

  function closed(graph, box, area, isCompact) {
    const { record } = box;
    const isEnd = record.kind === "input" || record.kind === "output";
    const classes = box.isGroup ? ["closed"] : [isEnd ? "end" : "layer", `of-${record.family ?? "other"}`];
    const made = common(graph, box, isCompact ? [...classes, "compact"] : classes);
    const first = element("span", { class: "first" }, name(graph, box), ...signs(graph, box));
    const type = (told) => element("span", { class: "type" }, told);
    const shape = element("span", { class: "shape" }, record.shapes.join(" "));
    const weights = element(
      "span",
      { class: "weights" },
      record.parameters ? words.count(record.parameters) : "",
    );
    if (isEnd) made.append(first, shape);
    else if (isCompact) made.append(first, type(box.isGroup ? words.kind(box) : record.short));
    else made.append(first, type(words.kind(box)), element("span", { class: "gives" }, shape, weights));
    return lie(made, area);
  }

  function name(graph, box) {
    const { record } = box;
    const isEnd = record.kind === "input" || record.kind === "output";
    const short = words.shortName(graph, box);
    const told = isEnd && record.name !== record.kind ? `${record.kind} ${short}` : short;
    const fold = box.isGroup ? [element("span", { class: "fold", "aria-hidden": "true" }, "▸ ")] : [];
    return element("span", { class: "name" }, ...fold, told);
  }

  function line(way) {
    const made = document.createElementNS(SVG, "g");
    const end = way.points.at(-1);
    const part = (name, d) => {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("class", name);
      path.setAttribute("d", d);
      made.append(path);
    };
    made.setAttribute("class", way.isLong ? "line long" : "line");
    part("way", layout.path(way.points));
    part("arrow", `M${end.x - 4.5} ${end.y - 8}L${end.x + 4.5} ${end.y - 8}L${end.x} ${end.y}Z`);
    return made;
  }

  function legend(graph) {
    const families = [...new Set(graph.nodes.map((box) => box.record.family).filter(Boolean))];
    const items = families.map((family) => element("li", { class: `of-${family}` }, family));
    if (graph.nodes.some((box) => box.record.frozen))
      items.push(element("li", { class: "plain" }, "❄ frozen: training leaves its weights as they are"));
    if (graph.nodes.some((box) => box.record.stages))
      items.push(element("li", { class: "plain" }, "(❄) frozen but for some stages of training"));
    if (graph.nodes.some((box) => box.record.shares))
      items.push(element("li", { class: "plain" }, "⟲ shared: has another layer's weights"));
    const changes = new Set(graph.nodes.map((box) => box.record.mark?.change));
    for (const [change, sign] of Object.entries(words.SIGNS)) {
      if (!changes.has(change)) continue;
      const told = element("span", { class: `change ${change}` }, `${sign} ${change}`);
      items.push(element("li", { class: "plain" }, told));
    }
    return element("ul", { class: "legend" }, ...items);
  }

  return { SVG, box, frame, legend, line };
})();
