// What every page has: light and dark, where one is, tables that sort, parts of which one is shown, and printing.
"use strict";

const netspec = {
  /** The data of a block, or null where there is none. */
  data(id) {
    const block = document.getElementById(id);
    return block ? JSON.parse(block.textContent) : null;
  },

  /** A colour of the page's style as it is now. */
  colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  },

  isDark() {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  },

  /** Calls what draws with the page's colours whenever these change. */
  onTheme(draw) {
    this.drawers.push(draw);
  },

  drawers: [],

  /** An element with texts and elements in it; nothing is ever taken for markup. */
  element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== null && value !== undefined) made.setAttribute(name, value);
    }
    made.append(...children);
    return made;
  },
};

(() => {
  const root = document.documentElement;
  const remembered = "netspec-theme";
  const button = document.getElementById("theme");

  function keep(theme) {
    try {
      localStorage.setItem(remembered, theme);
    } catch {
      // A page that is opened as a file may remember nothing.
    }
  }

  function show() {
    button.textContent = netspec.isDark() ? "Light" : "Dark";
    button.setAttribute("aria-label", `Show the page in ${netspec.isDark() ? "light" : "dark"} colours`);
    netspec.drawers.forEach((draw) => draw());
  }

  try {
    const theme = localStorage.getItem(remembered);
    if (theme === "dark" || theme === "light") root.dataset.theme = theme;
  } catch {
    // See above.
  }
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.theme = netspec.isDark() ? "light" : "dark";
    keep(root.dataset.theme);
    show();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);

  // Paper is white, and what scripts draw takes its colours from here.
  let chosen;
  addEventListener("beforeprint", () => {
    chosen = root.dataset.theme;
    root.dataset.theme = "light";
    show();
  });
  addEventListener("afterprint", () => {
    if (chosen) root.dataset.theme = chosen;
    else delete root.dataset.theme;
    show();
  });
  addEventListener("load", show);
})();

(() => {
  const links = [...document.querySelectorAll("nav a")];
  const sections = links.map((link) => document.querySelector(link.getAttribute("href")));
  if (!links.length) return;

  function mark() {
    const edge = innerHeight / 3;
    const at = sections.findLastIndex((section) => section.getBoundingClientRect().top <= edge);
    links.forEach((link, index) => {
      if (index === Math.max(at, 0)) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
    // Where the links stand side by side, the one of here is among those that are seen.
    const here = links[Math.max(at, 0)];
    here.closest("ul").scrollLeft = here.offsetLeft - here.closest("ul").clientWidth / 3;
  }

  addEventListener("scroll", mark, { passive: true });
  mark();
})();

for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];

  function number(text) {
    const value = Number.parseFloat(text.replaceAll(",", ""));
    return Number.isNaN(value) ? null : value;
  }

  /** What a cell says, or the value that it holds for this: of `1.5 MiB` the bytes. */
  function said(cell) {
    return cell.querySelector("data")?.value ?? cell.textContent.trim();
  }

  /** Below 0 where row `a` stands above row `b`; what is no number stands below all numbers, whichever way. */
  function compare(a, b, column, way) {
    const [one, other] = [a, b].map((row) => said(row.cells[column]));
    if (!heads[column].classList.contains("number")) {
      return one.localeCompare(other, undefined, { numeric: true }) * way;
    }
    const [first, second] = [number(one), number(other)];
    if (first === null || second === null) return (first === null) - (second === null);
    return (first - second) * way;
  }

  heads.forEach((head, column) => {
    const button = netspec.element("button", { type: "button" }, ...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const isUp = head.getAttribute("aria-sort") !== "ascending";
      heads.forEach((each) => each.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", isUp ? "ascending" : "descending");
      const rows = [...body.rows].sort((a, b) => compare(a, b, column, isUp ? 1 : -1));
      body.append(...rows);
    });
  });
}

for (const tabs of document.querySelectorAll(".tabs")) {
  const parts = [...tabs.querySelectorAll(":scope > .tab")];
  const list = netspec.element("div", { class: "tablist", role: "tablist" });

  function choose(chosen) {
    parts.forEach((part, index) => {
      part.hidden = index !== chosen;
      const button = list.children[index];
      button.setAttribute("aria-selected", index === chosen);
      button.tabIndex = index === chosen ? 0 : -1;
    });
    dispatchEvent(new Event("resize"));
  }

  parts.forEach((part, index) => {
    part.setAttribute("role", "tabpanel");
    part.setAttribute("aria-label", part.dataset.title);
    const button = netspec.element(
      "button",
      { type: "button", role: "tab", "aria-controls": part.id },
      part.dataset.title,
    );
    button.addEventListener("click", () => choose(index));
    list.append(button);
  });
  list.addEventListener("keydown", (event) => {
    const now = parts.findIndex((part) => !part.hidden);
    const places = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: parts.length - 1 };
    if (!(event.key in places)) return;
    const next = (places[event.key] + parts.length) % parts.length;
    choose(next);
    list.children[next].focus();
    event.preventDefault();
  });
  tabs.prepend(list);
  tabs.classList.add("live");
  choose(0);
}

(() => {
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    opened.forEach((each) => (each.open = true));
  });
  addEventListener("afterprint", () => {
    opened.forEach((each) => (each.open = false));
  });
})();

// What a link leads to is shown, also where it is folded away or in a part that is not chosen.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href^="#"]');
  let place = link && document.getElementById(link.getAttribute("href").slice(1));
  for (; place; place = place.parentElement) {
    if (place.matches("details")) place.open = true;
    if (place.matches(".tab[hidden]")) {
      place.parentElement.querySelector(`[aria-controls="${place.id}"]`).click();
    }
  }
});
