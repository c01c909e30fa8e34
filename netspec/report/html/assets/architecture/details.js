// All that is known of a layer, or of layers together, as it stands beside the graph.
"use strict";

netspec.architecture.details = (() => {
  const { element, architecture } = netspec;
  const { words } = architecture;

  /** What is known of a box. `jump` goes to another one, `across` to the same in the other graph. */
  function details(graph, box, { jump, across }) {
    const { record } = box;
    const goTo = (other, text) => {
      const button = element("button", { type: "button", class: "jump" }, ...breakable(text));
      button.addEventListener("click", () => jump(other));
      return button;
    };
    const list = element("dl", { class: "facts" });
    const add = (name, ...values) => {
      const told = values.filter((value) => value !== null && value !== undefined && value !== "");
      if (told.length) list.append(element("dt", {}, name), element("dd", {}, ...told));
    };
    const groups = graph.around(box);
    if (groups.length) add("in", way(groups.map((group) => goTo(group, words.shortName(graph, group)))));
    add(box.isGroup ? "is" : "type", kindOf(box));
    for (const { change, sign, told } of words.changed(graph, box)) {
      add("change", element("span", { class: `change ${change}` }, `${sign} ${told}`));
    }
    if (record.mark?.what.length)
      add("differs", element("ul", {}, ...record.mark.what.map((what) => element("li", {}, what))));
    if (across) add("other side", across);
    if (record.fields?.length) add("fields", fields(record.fields));
    const takes = box.isGroup ? comingIn(graph, box) : box.takes.map((taken, at) => ({ ...taken, at }));
    add("takes", ...takes.map((taken) => goTo(taken.box, tensor(taken, record))));
    add(record.shapes.length > 1 ? "outputs" : "output", shapes(record));
    add("goes to", ...goingOut(graph, box).map((other) => goTo(other, other.record.name)));
    if (record.kind !== "input" && record.kind !== "output") numbers(add, record);
    if (record.shares) {
      const other = graph.named.get(record.shares);
      add("weights of", other ? goTo(other, record.shares) : record.shares);
    }
    if (record.at) add("written in", written(graph, record.at));
    return [element("h4", {}, ...breakable(record.name)), list];
  }

  function way(steps) {
    const between = () => element("span", { class: "faint", "aria-hidden": "true" }, " › ");
    return element(
      "span",
      { class: "around" },
      ...steps.flatMap((step, at) => (at ? [between(), step] : [step])),
    );
  }

  /** A name with the places where it may be broken. */
  function breakable(name) {
    return name.split(/(?<=[._])/).flatMap((part, at) => (at ? [element("wbr"), part] : [part]));
  }

  function kindOf(box) {
    const { record } = box;
    if (!box.isGroup) return record.holds ? `${record.type} (${record.holds})` : record.type;
    const kinds = {
      block: "a block",
      copies: "copies of one item",
      part: "a part of the list of layers",
      holder: "a layer that holds a block",
    };
    return `${kinds[record.kind]}: ${words.kind(box)}`;
  }

  function fields(pairs) {
    return element(
      "ul",
      { class: "fields" },
      ...pairs.map(([name, value]) => element("li", {}, element("code", {}, `${name}: ${value}`))),
    );
  }

  function tensor({ box, output, at }, record) {
    const shape = record.gets?.[at] ?? box.record.shapes[output] ?? "";
    const name = output ? (box.record.outputs?.[output] ?? `${box.record.name}:${output}`) : box.record.name;
    return `${name} ${shape}`;
  }

  function shapes(record) {
    return record.shapes.map((shape, at) => `${record.outputs?.[at] ?? ""} ${shape}`.trim()).join(", ");
  }

  function comingIn(graph, box) {
    const own = new Set(graph.inside(box));
    const found = new Map();
    for (const node of own) {
      for (const taken of node.takes)
        if (!own.has(taken.box)) found.set(`${taken.box.key} ${taken.output}`, taken);
    }
    return [...found.values()];
  }

  function goingOut(graph, box) {
    const own = new Set(graph.inside(box));
    return [...new Set([...own].flatMap((node) => node.givesTo))].filter((node) => !own.has(node));
  }

  function numbers(add, record) {
    const frozen = record.parameters - record.trainable;
    add(
      "parameters",
      record.parameters && frozen
        ? `${words.count(record.parameters)}, ${words.count(record.trainable)} of them trainable`
        : words.count(record.parameters),
    );
    const told = words.frozen(record);
    if (told) add("", element("span", { class: "frozen" }, `❄ ${told}`));
    add("MACs", words.count(record.macs));
    add("activations", words.bytes(record.bytes));
    add("receptive field", record.field);
    add("stride", record.stride);
  }

  function written(graph, [file, line]) {
    const { name, anchor } = graph.record.files[file];
    const place = `${name}:${line}`;
    return anchor === null ? place : element("a", { href: `#${anchor}${line}` }, place);
  }

  return details;
})();
