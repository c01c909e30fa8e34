// What a run's page does besides its charts: the confusion matrix chooses mistakes, pictures switch, commands are copied.
"use strict";

(() => {
  for (const table of document.querySelectorAll("table.confusion[id]")) {
    const tools = document.querySelector(`.tools[data-for="${table.id}"]`);
    const gallery = document.querySelector(`.mistakes[data-matrix="${table.id}"]`);
    const readout = tools.querySelector(".readout");
    const hint = `${readout.textContent}${gallery ? " Choose a cell to see its mistakes." : ""}`;
    readout.textContent = hint;
    const rows = [...table.tBodies[0].rows];
    const names = rows.map((row) => row.cells[0].getAttribute("title"));
    const shares = tools.querySelector(".shares");
    let chosen = null;

    const cells = rows.map((row) =>
      [...row.cells].slice(1).map((cell) => ({ cell, images: Number(cell.textContent.replaceAll(",", "")) })),
    );

    function sentence(row, column) {
      const { images } = cells[row][column];
      const sum = Number(rows[row].dataset.sum);
      const share = sum ? `, ${((100 * images) / sum).toFixed(1)}%` : "";
      const what = row === column ? `${names[row]}: right` : `${names[row]} taken for ${names[column]}`;
      return `${what}: ${images.toLocaleString("en")} of ${sum.toLocaleString("en")} images${share}`;
    }

    function place(target) {
      const cell = target.closest("td");
      if (!cell || cell.classList.contains("corner")) return null;
      const row = rows.indexOf(cell.parentElement);
      return row < 0 ? null : [row, cell.cellIndex - 1];
    }

    function choose(row, column) {
      chosen?.removeAttribute("aria-selected");
      chosen = cells[row][column].cell;
      chosen.setAttribute("aria-selected", "true");
      if (row !== column) filter(gallery, names[row], names[column]);
    }

    function focus(row, column) {
      const { cell } = cells[row][column];
      table.querySelector('td[tabindex="0"]')?.setAttribute("tabindex", "-1");
      cell.setAttribute("tabindex", "0");
      cell.focus();
    }

    shares.hidden = false;
    shares.addEventListener("click", () => {
      const inShares = shares.getAttribute("aria-pressed") !== "true";
      shares.setAttribute("aria-pressed", inShares);
      cells.forEach((row, at) => {
        const sum = Number(rows[at].dataset.sum);
        for (const { cell, images } of row) {
          if (images) cell.textContent = inShares ? percent(images / sum) : images.toLocaleString("en");
        }
      });
    });
    cells.flat().forEach(({ cell }) => cell.setAttribute("tabindex", "-1"));
    cells[0]?.[0]?.cell.setAttribute("tabindex", "0");
    table.addEventListener("mouseover", (event) => {
      const at = place(event.target);
      readout.textContent = at ? sentence(...at) : hint;
    });
    table.addEventListener("mouseleave", () => (readout.textContent = hint));
    table.addEventListener("focusin", (event) => {
      const at = place(event.target);
      if (at) readout.textContent = sentence(...at);
    });
    table.addEventListener("click", (event) => {
      const at = place(event.target);
      if (at) choose(...at);
    });
    table.addEventListener("keydown", (event) => {
      const at = place(event.target);
      if (!at) return;
      const [row, column] = at;
      const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
      if (event.key === "Enter" || event.key === " ") choose(row, column);
      else if (step && cells[row + step[0]]?.[column + step[1]]) focus(row + step[0], column + step[1]);
      else if (!step) return;
      event.preventDefault();
    });
  }

  /** A share in percent; what is none is never 0, and what is not all never 100. */
  function percent(share) {
    const rounded = Math.round(100 * share);
    if (share > 0 && rounded === 0) return "<1";
    return share < 1 && rounded === 100 ? ">99" : String(rounded);
  }

  /** Leaves those mistakes that are of one pair of classes; all of them without one. */
  function filter(gallery, from, to) {
    if (!gallery) return;
    const figures = [...gallery.querySelectorAll(".gallery > figure")];
    const readout = gallery.querySelector(".readout");
    const isAll = from === undefined;
    let shown = 0;
    for (const figure of figures) {
      const fits = isAll || (figure.dataset.true === from && figure.dataset.predicted === to);
      figure.hidden = !fits;
      shown += fits;
    }
    gallery.querySelector(".all").hidden = isAll;
    if (isAll) {
      readout.textContent = gallery.dataset.said;
    } else {
      const all = `${figures.length} mistakes that are kept with their pictures`;
      readout.textContent = shown
        ? `${shown} of the ${all}: ${from} taken for ${to}.`
        : `None of the ${all} is ${from} taken for ${to}; predictions.csv has every image.`;
    }
  }

  for (const gallery of document.querySelectorAll(".mistakes")) {
    const looks = gallery.querySelector(".looks");
    if (looks) {
      looks.hidden = false;
      looks.addEventListener("click", () => {
        const isOn = gallery.classList.toggle("looking");
        looks.setAttribute("aria-pressed", isOn);
      });
    }
    gallery.querySelector(".all").addEventListener("click", () => {
      filter(gallery);
      document.querySelector('td[aria-selected="true"]')?.removeAttribute("aria-selected");
    });
  }

  for (const button of document.querySelectorAll(".command .copy")) {
    const code = button.parentElement.querySelector("code");
    button.hidden = false;
    button.addEventListener("click", async () => {
      let said = "Copied";
      try {
        await navigator.clipboard.writeText(code.textContent);
      } catch {
        // Without leave to write there, the text is chosen, so that two keys copy it.
        getSelection().selectAllChildren(code);
        said = "Chosen";
      }
      button.textContent = said;
      setTimeout(() => (button.textContent = "Copy"), 2000);
    });
  }
})();
