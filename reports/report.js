(function () {
  "use strict";
  /* Everything this adds can be done without: sorting, filters, copying, zoom. Text goes in by textContent alone. */
  var number = /^-?[\d,]+$/;

  function make(name, className, text) {
    var element = document.createElement(name);
    element.className = className;
    if (text) element.textContent = text;
    return element;
  }

  function value(row, column) {
    var cell = row.cells[column];
    var time = cell.querySelector("time");
    var text = cell.textContent.trim();
    if (time) return Date.parse(time.dateTime);
    return number.test(text) ? Number(text.replace(/,/g, "")) : text.toLowerCase();
  }

  function sort(table, head) {
    var up = head.getAttribute("aria-sort") === "descending";
    var first = !head.hasAttribute("aria-sort") && !head.classList.contains("n");
    var sign = up || first ? 1 : -1;
    var body = table.tBodies[0];
    var rows = Array.from(body.rows).map(function (row) { return [value(row, head.cellIndex), row]; });
    rows.sort(function (a, b) {
      if (typeof a[0] !== typeof b[0]) return typeof a[0] === "number" ? -1 : 1;
      return a[0] < b[0] ? -sign : a[0] > b[0] ? sign : 0;
    });
    rows.forEach(function (pair) { body.appendChild(pair[1]); });
    Array.from(table.tHead.rows[0].cells).forEach(function (cell) { cell.removeAttribute("aria-sort"); });
    head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
  }

  function apply(table) {
    var words = [document.getElementById("search").value, table.dataset.filter || ""].map(function (word) {
      return word.trim().toLowerCase();
    });
    Array.from(table.tBodies[0].rows).forEach(function (row) {
      var text = row.textContent.toLowerCase();
      row.hidden = !words.every(function (word) { return text.includes(word); });
    });
  }

  function prepare(table) {
    Array.from(table.tHead.rows[0].cells).forEach(function (head) {
      if (!head.textContent) return;
      var button = make("button", "");
      button.type = "button";
      while (head.firstChild) button.appendChild(head.firstChild);
      button.addEventListener("click", function () { sort(table, head); });
      head.appendChild(button);
    });
    if (table.tBodies[0].rows.length < 8) return;
    var input = make("input", "filter");
    input.type = "search";
    input.placeholder = "Filter";
    input.setAttribute("aria-label", "Filter: " + table.caption.textContent);
    input.addEventListener("input", function () { table.dataset.filter = input.value; apply(table); });
    table.caption.appendChild(input);
  }

  function copyButton(code) {
    var button = make("button", "copied", "copy");
    button.type = "button";
    button.addEventListener("click", function () {
      var done = function () { button.textContent = "copied"; };
      var range = document.createRange();
      range.selectNodeContents(code);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      if (navigator.clipboard) navigator.clipboard.writeText(code.textContent).then(done, function () { document.execCommand("copy"); done(); });
      else if (document.execCommand("copy")) done();
    });
    code.after(button);
  }

  /* A large report has thousands of lines and tables: each gets its buttons when it is near the screen. */
  function whenSeen(elements, ready) {
    var observer = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (!entry.isIntersecting) return;
        observer.unobserve(entry.target);
        ready(entry.target);
      });
    }, { rootMargin: "1500px" });
    elements.forEach(function (element) { observer.observe(element); });
  }

  function color(name) {
    return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  }

  function readChart(figure) {
    var heads = Array.from(figure.querySelectorAll("thead th")).slice(1).map(function (head) { return head.textContent; });
    var offset = Number(figure.dataset.offset) * 60000;
    var data = Array.from(figure.querySelectorAll("tbody tr")).map(function (row) {
      var time = new Date(Number(row.cells[0].dataset.usec) / 1000 + offset);
      return [time].concat(Array.from(row.cells).slice(1).map(function (cell) { return Number(cell.textContent.replace(/,/g, "")); }).reverse());
    });
    return { labels: ["time"].concat(heads.reverse()), data: data };
  }

  var named = { "everybody else": "c0", "further rows": "c9", held: "c9", deferred: "c2", active: "c4" };

  function draw(figure) {
    var series = readChart(figure);
    var plot = figure.querySelector(".plot");
    var readout = make("div", "readout");
    readout.setAttribute("aria-live", "polite");
    plot.after(readout);
    plot.classList.add("live");
    var colors = series.labels.slice(1).map(function (label) {
      return color(named[label] || "c" + label.slice(4));
    });
    var graph = new Dygraph(plot, series.data, {
      labels: series.labels, colors: colors, stackedGraph: true, stepPlot: true, fillGraph: true, fillAlpha: 0.7,
      labelsUTC: true, interactionModel: Dygraph.defaultInteractionModel, showRangeSelector: true, rangeSelectorHeight: 34, axisLabelFontSize: 11,
      gridLineColor: color("line"), axisLineColor: color("line"), rangeSelectorPlotFillColor: color("c0"),
      rangeSelectorPlotStrokeColor: color("dim"), strokeWidth: 1, includeZero: true,
      highlightCallback: function (event, x, points) {
        readout.textContent = new Date(x).toISOString().replace("T", " ").slice(0, 19) + "  " +
          points.filter(function (point) { return series.data[point.idx][series.labels.indexOf(point.name)] > 0; })
            .map(function (point) { return point.name + ": " + series.data[point.idx][series.labels.indexOf(point.name)]; }).join(", ");
      },
      unhighlightCallback: function () { readout.textContent = ""; }
    });
    var reset = make("button", "reset", "whole log");
    reset.type = "button";
    reset.addEventListener("click", function () { graph.resetZoom(); });
    figure.querySelector("figcaption").append(" (drag to zoom) ", reset);
    figure.graph = graph;
  }

  function drawAll() {
    if (typeof Dygraph === "undefined") return;
    /* Its legend writes style attributes, which the policy forbids; the readout takes its place. */
    Dygraph.PLUGINS = Dygraph.PLUGINS.filter(function (plugin) { return plugin !== Dygraph.Plugins.Legend; });
    document.querySelectorAll("figure.chart").forEach(function (figure) {
      if (figure.graph) {
        figure.graph.destroy();
        figure.querySelector(".readout").remove();
        figure.querySelector(".reset").remove();
        figure.querySelector("figcaption").lastChild.remove();
      }
      draw(figure);
    });
  }

  function dark() {
    var theme = document.documentElement.dataset.theme;
    return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  var search = document.getElementById("search");
  var tables = Array.from(document.querySelectorAll("table.data"));
  whenSeen(tables, prepare);
  whenSeen(document.querySelectorAll("aside, .subject"), function (part) { part.querySelectorAll("code.copy").forEach(copyButton); });
  [search, document.getElementById("theme"), document.getElementById("print")].forEach(function (tool) { tool.hidden = false; });
  search.addEventListener("input", function () { tables.forEach(apply); });
  document.getElementById("print").addEventListener("click", function () { print(); });
  document.getElementById("theme").addEventListener("click", function () {
    document.documentElement.dataset.theme = dark() ? "light" : "dark";
    drawAll();
  });
  drawAll();
})();
