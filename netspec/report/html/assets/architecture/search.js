// A field that finds layers by name and class.
"use strict";

netspec.architecture.Search = (() => {
  const { element, architecture } = netspec;
  const { words } = architecture;
  const MOST = 12;

  class Search {
    constructor(graph, id, show) {
      this.graph = graph;
      this.show = show;
      this.input = element("input", {
        type: "search",
        placeholder: "Find a layer",
        "aria-label": "Find a layer by name or type",
        role: "combobox",
        "aria-expanded": "false",
        "aria-controls": id,
        "aria-autocomplete": "list",
        autocomplete: "off",
        spellcheck: "false",
      });
      this.list = element("ul", { id, role: "listbox", "aria-label": "Layers found", hidden: "" });
      this.place = element("div", { class: "search" }, this.input, this.list);
      this.input.addEventListener("input", () => this.find());
      this.input.addEventListener("focus", () => this.find());
      this.input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
      this.input.addEventListener("keydown", (event) => this.pressed(event));
    }

    find() {
      const asked = this.input.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
      const all = asked.length ? this.graph.boxes.filter((box) => matches(box, asked)) : [];
      this.found = all.slice(0, MOST);
      this.at = this.found.length ? 0 : -1;
      const options = this.found.map((box, number) => {
        const option = element(
          "li",
          { role: "option", id: `${this.list.id}-${number}` },
          element("strong", {}, box.record.name),
          " ",
          element("span", { class: "faint" }, words.kind(box)),
        );
        option.addEventListener("pointerdown", (event) => {
          event.preventDefault();
          this.go(number);
        });
        return option;
      });
      if (asked.length && !all.length)
        options.push(element("li", { class: "faint" }, "nothing has this in its name or type"));
      if (all.length > MOST) options.push(element("li", { class: "faint" }, `and ${all.length - MOST} more`));
      this.list.replaceChildren(...options);
      this.list.hidden = !options.length;
      this.input.setAttribute("aria-expanded", !this.list.hidden);
      this.point();
    }

    point() {
      [...this.list.children].forEach((option, number) =>
        option.setAttribute("aria-selected", number === this.at),
      );
      if (this.at >= 0) this.input.setAttribute("aria-activedescendant", `${this.list.id}-${this.at}`);
      else this.input.removeAttribute("aria-activedescendant");
    }

    pressed(event) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && this.found?.length) {
        this.at = (this.at + step + this.found.length) % this.found.length;
        this.point();
        event.preventDefault();
      } else if (event.key === "Enter" && this.at >= 0) {
        this.go(this.at);
        event.preventDefault();
      } else if (event.key === "Escape") {
        this.close();
      }
    }

    go(number) {
      const box = this.found[number];
      this.close();
      this.show(box);
    }

    close() {
      this.list.hidden = true;
      this.input.setAttribute("aria-expanded", "false");
    }
  }

  function matches({ record }, asked) {
    const said = `${record.name} ${record.type} ${record.short ?? ""}`.toLowerCase();
    return asked.every((word) => said.includes(word));
  }

  return Search;
})();
