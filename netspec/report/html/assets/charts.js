// Charts of a page's data blocks, drawn by ECharts: curves that tell an epoch's numbers, calibration, overlaid runs.
"use strict";

(() => {
  const PRINTED = 330; // pixels, of one of two columns
  const FEW = 40; // points, which are then seen one by one
  const SYMBOLS = ["circle", "rect", "triangle", "diamond", "emptyCircle", "emptyRect", "emptyTriangle", "emptyDiamond"];
  const DASHES = [[7, 4], [2, 3], [9, 3, 2, 3], [4, 2], [12, 4], [1, 4], [6, 2, 1, 2, 1, 2], [3, 6]];
  const drawn = new Map();
  const kinds = {};
  let isLog = false;

  /** A number in as few characters as tell it. */
  function short(value) {
    if (value === null || value === undefined) return "-";
    const size = Math.abs(value);
    if (size === 0 || (size >= 0.001 && size < 1000)) return value.toFixed(4);
    if (size >= 1000 && size < 100000) return value.toFixed(1);
    return value.toExponential(2);
  }

  /** What a line is called where it stands alone. */
  function called(each) {
    return each.part ? `${each.name}, ${each.part}` : each.name;
  }

  function colours() {
    return Array.from({ length: 8 }, (_, at) => netspec.colour(`series-${at + 1}`));
  }

  /** What all charts have. */
  function frame() {
    const line = netspec.colour("line");
    const faint = netspec.colour("faint");
    const font = getComputedStyle(document.body).fontFamily;
    return {
      shared: {
        animation: false,
        color: colours(),
        textStyle: { fontFamily: font, color: netspec.colour("ink") },
        aria: { enabled: true },
      },
      axis: {
        axisLine: { lineStyle: { color: line } },
        axisTick: { lineStyle: { color: line } },
        axisLabel: { color: faint, fontSize: 11, hideOverlap: true },
        splitLine: { lineStyle: { color: line, opacity: 0.6 } },
        nameTextStyle: { color: faint, fontSize: 11 },
      },
      legend: {
        textStyle: { color: netspec.colour("ink"), fontSize: 12 },
        inactiveColor: line,
        itemWidth: 18,
        itemHeight: 8,
      },
      tip: {
        backgroundColor: netspec.colour("ground"),
        borderColor: line,
        textStyle: { color: netspec.colour("ink"), fontFamily: font },
        confine: true,
        padding: [6, 10],
      },
    };
  }

  /** The lines of a tip as elements, so that a name is never taken for markup. */
  function tip(title, rows) {
    const lines = rows.map(([name, value, colour]) => {
      const dot = colour ? [netspec.element("i", { class: "dot", style: `background:${colour}` })] : [];
      return netspec.element(
        "span",
        {},
        netspec.element("span", {}, ...dot, name),
        netspec.element("b", {}, value),
      );
    });
    return netspec.element("div", { class: "tip" }, netspec.element("b", {}, title), ...lines);
  }

  /** Lines at epochs that mean something: the best, the onset of overfitting, stages' borders. */
  function marked(data) {
    const [first, last] = [data.epochs[0], data.epochs.at(-1)];
    const side = (epoch) => (epoch - first > 0.6 * (last - first) ? "right" : "left");
    const marks = data.marks.map((mark) => ({
      xAxis: mark.epoch,
      label: { formatter: mark.text, align: side(mark.epoch), color: netspec.colour("ink") },
      lineStyle: { color: netspec.colour(/overfits/.test(mark.text) ? "bad" : "good"), type: "solid", width: 1.5 },
    }));
    const stages = data.stages.map((stage) => ({
      xAxis: stage.first,
      label: { formatter: stage.name, align: side(stage.first), color: netspec.colour("faint"), distance: 16 },
      lineStyle: { color: netspec.colour("faint"), type: "dotted", width: 1 },
    }));
    return {
      silent: true,
      animation: false,
      symbol: "none",
      label: { fontSize: 11, position: "end", distance: 3 },
      data: [...stages, ...marks],
    };
  }

  /** Whether a line is dashed: that of training, where there is one of validation beside it. */
  function isDashed(each, series) {
    return each.dashed ?? (each.name === "training" && series.length > 1);
  }

  /** The lines of one metric; `series` are drawn in the colours of `tints`, training dashed. */
  function lines(data, series, { top = 44 } = {}) {
    const base = frame();
    const tints = base.shared.color;
    const log = isLog && data.log;
    const many = data.epochs.length > FEW;
    return {
      ...base.shared,
      tooltip: {
        ...base.tip,
        trigger: "axis",
        axisPointer: { type: "line", lineStyle: { color: netspec.colour("faint") }, snap: true },
        formatter: (points) =>
          tip(
            `epoch ${points[0].axisValue.toLocaleString("en")}`,
            points.map((point) => [called(series[point.seriesIndex]), short(point.value[1]), point.color]),
          ),
      },
      legend: { ...base.legend, type: "scroll", top: 0, left: 0, show: series.length > 1 },
      grid: { left: 6, right: 14, top, bottom: 26, containLabel: true },
      xAxis: {
        ...base.axis,
        type: "value",
        name: "epoch",
        nameLocation: "middle",
        nameGap: 22,
        min: data.epochs[0],
        max: data.epochs.at(-1),
        minInterval: 1,
        splitLine: { show: false },
        axisLabel: { ...base.axis.axisLabel, formatter: (value) => (Number.isInteger(value) ? String(value) : "") },
      },
      yAxis: {
        ...base.axis,
        type: log ? "log" : "value",
        scale: true,
        splitNumber: 4,
        axisLabel: { ...base.axis.axisLabel, formatter: (value) => String(Number(value.toPrecision(4))) },
      },
      series: series.map((each, at) => ({
        type: "line",
        name: each.name,
        data: each.values.map((value, index) => [(each.epochs ?? data.epochs)[index], value]),
        symbol: SYMBOLS[(each.colour ?? at) % 8],
        showSymbol: !many,
        symbolSize: 6,
        sampling: "lttb",
        connectNulls: false,
        lineStyle: { width: 2, type: isDashed(each, series) ? DASHES[(each.colour ?? at) % 8] : "solid" },
        ...(each.colour === undefined
          ? {}
          : { color: tints[each.colour % 8], itemStyle: { color: tints[each.colour % 8] } }),
        emphasis: { disabled: true },
        ...(at === 0 && (data.marks.length || data.stages.length) ? { markLine: marked(data) } : {}),
      })),
    };
  }

  kinds.curves = (data) => lines(data, data.series);

  kinds.calibration = (data, width) => {
    const base = frame();
    const tints = base.shared.color;
    const [left, right] = [60, 22];
    const bins = data.bins;
    const share = (value) => `${Math.round(value * 100)}%`;
    const middle = (bin) => (bin.low + bin.high) / 2;
    const axis = { ...base.axis, type: "value", min: 0, max: 1, containShape: false };
    const hidden = { ...base.axis.axisLabel, show: false };
    // On an axis of numbers a bar has no width of its own; these are bins of one width.
    const barWidth = Math.max(2, (0.92 * (width - left - right)) / bins.length);
    const bar = { type: "bar", barWidth, emphasis: { disabled: true } };
    return {
      ...base.shared,
      tooltip: {
        ...base.tip,
        trigger: "item",
        formatter: (point) => {
          const bin = bins[point.dataIndex];
          if (!bin || point.seriesType !== "bar") return "";
          return tip(`said ${share(bin.low)} to ${share(bin.high)}`, [
            ["images", bin.images.toLocaleString("en")],
            ["mean probability", bin.confidence === null ? "-" : share(bin.confidence)],
            ["right", bin.accuracy === null ? "-" : share(bin.accuracy)],
          ]);
        },
      },
      grid: [
        { left, right, top: 12, height: "60%", outerBoundsMode: "none" },
        { left, right, bottom: 42, height: "14%", outerBoundsMode: "none" },
      ],
      xAxis: [
        { ...axis, gridIndex: 0, axisLabel: hidden, splitLine: { show: false } },
        {
          ...axis,
          gridIndex: 1,
          axisLabel: { ...base.axis.axisLabel, formatter: share },
          name: "probability that it gives",
          nameLocation: "middle",
          nameGap: 24,
          splitLine: { show: false },
        },
      ],
      yAxis: [
        {
          ...axis,
          gridIndex: 0,
          axisLabel: { ...base.axis.axisLabel, formatter: share },
          name: "right",
          nameLocation: "middle",
          nameGap: 38,
        },
        {
          ...base.axis,
          type: "value",
          gridIndex: 1,
          splitNumber: 1,
          axisLabel: { ...base.axis.axisLabel, showMinLabel: false },
          name: "images",
          nameLocation: "middle",
          nameGap: 38,
          splitLine: { show: false },
        },
      ],
      series: [
        {
          ...bar,
          name: "right",
          data: bins.map((bin) => [middle(bin), bin.accuracy]),
          itemStyle: { color: tints[0], opacity: 0.85 },
        },
        {
          type: "line",
          name: "as it says",
          data: [[0, 0], [1, 1]],
          showSymbol: false,
          silent: true,
          lineStyle: { color: netspec.colour("ink"), type: "dashed", width: 1.5 },
        },
        {
          ...bar,
          name: "images",
          xAxisIndex: 1,
          yAxisIndex: 1,
          data: bins.map((bin) => [middle(bin), bin.images]),
          itemStyle: { color: tints[7], opacity: 0.7 },
        },
      ],
    };
  };

  /** Runs laid over each other: one metric at a time, each run in its colour. */
  kinds.comparison = (data) => {
    const { name, series, log } = data.metrics[data.chosen];
    const epochs = [...new Set(series.flatMap((each) => each.epochs))].sort((a, b) => a - b);
    return lines({ name, epochs, marks: [], stages: [], log }, series);
  };

  function draw(place) {
    const entry = drawn.get(place);
    const { chart, data, kind } = entry;
    chart.setOption(kinds[kind](data, chart.getWidth()), { notMerge: true });
    entry.shown = null;
  }

  function drawAll() {
    for (const place of drawn.keys()) draw(place);
  }

  function resizeAll() {
    for (const [place, { chart }] of drawn) {
      const width = place.clientWidth;
      if (!width || width === chart.getWidth()) continue;
      chart.resize({ width, height: Number(place.dataset.height) });
      draw(place);
    }
  }

  // All places are there before the first is drawn, for they share the width.
  const places = [...document.querySelectorAll(".chart")].filter(
    (place) => kinds[place.dataset.kind] && netspec.data(`${place.id}-data`),
  );
  places.forEach((place) => (place.dataset.drawn = ""));
  for (const place of places) {
    const chart = echarts.init(place, null, { renderer: "svg", height: Number(place.dataset.height) });
    const data = netspec.data(`${place.id}-data`);
    drawn.set(place, { chart, data, kind: place.dataset.kind, shown: null });
    draw(place);
  }

  // The epoch under the pointer, or the one that the arrow keys chose, in all curves at once.
  const curves = [...drawn].filter(([, { kind }]) => kind !== "calibration");
  const readout = document.getElementById("curves-readout");

  /** What a chart shows now: its name, its epochs, and its lines, each with its own epochs. */
  function content({ kind, data }) {
    const { name, series } = kind === "comparison" ? data.metrics[data.chosen] : data;
    const each = series.map((line) => ({ ...line, epochs: line.epochs ?? data.epochs }));
    return { name, series: each, epochs: [...new Set(each.flatMap((line) => line.epochs))].sort((a, b) => a - b) };
  }

  function valueAt(line, epoch) {
    const at = line.epochs.indexOf(epoch);
    return at < 0 ? null : line.values[at];
  }

  function tell(epoch) {
    const parts = curves.flatMap(([, entry]) => {
      const { name, series } = content(entry);
      const values = series
        .filter((line) => line.epochs.includes(epoch))
        .map((line) => `${line.name === name ? "" : `${called(line)} `}${short(valueAt(line, epoch))}`);
      return values.length ? [netspec.element("b", {}, name), ` ${values.join(", ")}. `] : [];
    });
    readout.replaceChildren(netspec.element("b", {}, `Epoch ${epoch.toLocaleString("en")}: `), ...parts);
  }

  function show(epoch) {
    for (const [, entry] of curves) {
      const { series } = content(entry);
      const at = series.findIndex((line) => valueAt(line, epoch) !== null);
      entry.shown = epoch;
      if (at >= 0) {
        const dataIndex = series[at].epochs.indexOf(epoch);
        entry.chart.dispatchAction({ type: "showTip", seriesIndex: at, dataIndex });
      }
    }
    tell(epoch);
  }

  function hide() {
    curves.forEach(([, { chart }]) => chart.dispatchAction({ type: "hideTip" }));
  }

  for (const [place, entry] of curves) {
    place.setAttribute("role", "application");
    place.setAttribute("aria-roledescription", "chart");
    entry.chart.on("updateAxisPointer", (event) => {
      const value = event.axesInfo?.[0]?.value;
      if (value !== undefined && content(entry).epochs.includes(value)) tell(value);
    });
    place.addEventListener("keydown", (event) => {
      const { epochs } = content(entry);
      const last = epochs.length - 1;
      const now = epochs.indexOf(entry.shown);
      const next = {
        ArrowRight: Math.min(now + 1, last),
        ArrowLeft: now < 0 ? last : Math.max(now - 1, 0),
        Home: 0,
        End: last,
      }[event.key];
      if (event.key === "Escape") hide();
      if (next === undefined) return;
      show(epochs[next]);
      event.preventDefault();
    });
    place.addEventListener("blur", hide);
  }
  if (curves.length > 1) {
    curves.forEach(([, { chart }]) => (chart.group = "curves"));
    echarts.connect("curves");
  }
  if (readout && curves.length) readout.hidden = false;

  const log = document.getElementById("curves-log");
  if (log) {
    log.hidden = false;
    log.addEventListener("click", () => {
      isLog = !isLog;
      log.setAttribute("aria-pressed", isLog);
      drawAll();
    });
  }

  const metric = document.getElementById("comparison-metric");
  if (metric) {
    metric.parentElement.hidden = false;
    metric.addEventListener("change", () => {
      const [place, { data }] = curves[0];
      data.chosen = Number(metric.value);
      draw(place);
      if (log) log.disabled = !data.metrics[data.chosen].log;
    });
  }

  netspec.onTheme(drawAll);
  addEventListener("resize", () => resizeAll());

  // On paper a chart is as wide as a column, in the colours that the page has put on for it.
  addEventListener("beforeprint", () => {
    for (const [place, { chart, kind }] of drawn) {
      const width = kind === "comparison" ? 2 * PRINTED : PRINTED;
      const height = Number(place.dataset.height);
      chart.resize({ width, height });
      draw(place);
      place.querySelector("svg").setAttribute("viewBox", `0 0 ${width} ${height}`);
    }
  });
  addEventListener("afterprint", () => {
    for (const [place, { chart }] of drawn) {
      place.querySelector("svg").removeAttribute("viewBox");
      chart.resize({ width: place.clientWidth || undefined, height: Number(place.dataset.height) });
      draw(place);
    }
  });
})();
