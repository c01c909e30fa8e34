// What is said of a layer, or of layers together, in few words.
"use strict";

netspec.architecture.words = (() => {
  // What became of a layer between two specs, the gravest first.
  const SIGNS = { added: "+", removed: "−", changed: "±", moved: "→", renamed: "≈", follows: "·" };
  const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

  const count = (number) => (number === null || number === undefined ? "?" : number.toLocaleString("en-US"));
  const several = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;

  function bytes(number) {
    if (number === null || number === undefined) return "?";
    const unit = number < 1 ? 0 : Math.min(Math.floor(Math.log2(number) / 10), UNITS.length - 1);
    return `${(number / 1024 ** unit).toFixed(unit ? 1 : 0)} ${UNITS[unit]}`;
  }

  /** A box's name without that of the block around it. */
  function shortName(graph, box) {
    const around = graph
      .around(box)
      .findLast((group) => group.record.kind === "block" || group.record.kind === "holder");
    const name = box.record.name;
    const prefix = around ? `${around.record.name}.` : "";
    return name.startsWith(prefix) ? name.slice(prefix.length) : name;
  }

  /** What a box is: a layer's class with its main fields, or how many layers stand in it. */
  function kind(box) {
    const { record } = box;
    if (!box.isGroup) {
      const type = record.holds ? `${record.type} (${record.holds})` : record.type;
      return record.short ? `${type}: ${record.short}` : type;
    }
    const layers = several(record.layers, "layer");
    if (record.kind === "copies")
      return `${several(box.children.length, "copy").replace("copys", "copies")}, ${layers}`;
    const own = record.name
      .split(".")
      .findLast((part) => !/^\d+$/.test(part))
      .replace(/_\d+$/, "");
    return record.type && record.type !== own ? `${record.type}, ${layers}` : layers;
  }

  const parameters = (box) => (box.record.parameters ? several(box.record.parameters, "parameter") : "");

  /** What became of a box, or of how many layers in it. */
  function changes(graph, box) {
    if (box.record.mark && box.record.mark.change !== "same") return [[box.record.mark.change, 1]];
    if (!box.isGroup) return [];
    const counts = new Map();
    for (const node of graph.inside(box)) {
      const change = node.record.mark?.change;
      if (change && change !== "same") counts.set(change, (counts.get(change) ?? 0) + 1);
    }
    return Object.keys(SIGNS)
      .filter((change) => counts.has(change))
      .map((change) => [change, counts.get(change)]);
  }

  /** What is said of a change of a box: its sign apart, as that says nothing to those who do not see it. */
  function changed(graph, box) {
    return changes(graph, box).map(([change, number]) => {
      const isOwn = !box.isGroup || box.record.mark;
      return { change, sign: SIGNS[change], told: isOwn ? change : `${count(number)} ${change}` };
    });
  }

  /** Whether training leaves the weights as they are, and but for which stages; empty where it does not. */
  function frozen({ frozen, stages }) {
    if (stages) return `frozen but for the ${stages.length === 1 ? "stage" : "stages"} ${stages.join(", ")}`;
    return frozen ? "frozen: training leaves the weights as they are" : "";
  }

  /** All that a box says, in one sentence. */
  function label(graph, box) {
    const { record } = box;
    const parts = [
      record.name,
      kind(box),
      `gives ${record.shapes.join(" and ")}`,
      parameters(box),
      record.frozen ? "frozen" : frozen(record),
      record.shares ? `the weights of ${record.shares}` : "",
      ...changed(graph, box).map(({ told }) => told),
    ];
    return parts.filter(Boolean).join(", ");
  }

  return { SIGNS, bytes, changed, count, frozen, kind, label, parameters, several, shortName };
})();
