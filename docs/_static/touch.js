"use strict";
// The page "To touch". window.TOUCH holds numbers and the names of pictures; see _extensions/touch.py.
(() => {
  const T = window.TOUCH;
  const places = document.querySelectorAll(".touch");
  if (!T) {
    for (const place of places) place.textContent = "The numbers for this were not made with this build of the book.";
    return;
  }
  const here = document.currentScript.src.replace(/touch\.js.*$/, "touch/");

  // Small helpers: an element, a number for people, the levels of a layer.
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value !== false) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children);
    return element;
  }
  const number = (x) => (x === 0 ? "0" : x >= 1000 ? Math.round(x).toLocaleString("en") : String(Number(x.toPrecision(3))));
  const pictures = T.pictures;
  for (const picture of Object.values(pictures)) {
    for (const layer of Object.values(picture.layers)) {
      layer.levels = Uint8Array.from(atob(layer.levels), (c) => c.charCodeAt(0));
    }
  }
  const value = (layer, position, k) => (layer.levels[position * layer.n_C + k] / 255) * layer.largest[k];
  function mean(layer, k) {
    let sum = 0;
    for (let p = 0; p < layer.n_H * layer.n_W; p++) sum += value(layer, p, k);
    return sum / (layer.n_H * layer.n_W);
  }

  // A picture with a veil over it: clear where a map is 1, nearly black where it is 0. By the root,
  // so that half an answer is seen.
  function veiled(name, label) {
    const canvas = make("canvas", { "aria-hidden": "true" });
    const stack = make("div", { class: "stack" }, make("img", { src: here + pictures[name].file, alt: label }), canvas);
    stack.show = (n_H, n_W, map) => {
      canvas.width = n_W;
      canvas.height = n_H;
      const context = canvas.getContext("2d");
      const image = context.createImageData(n_W, n_H);
      for (let p = 0; p < n_H * n_W; p++) image.data[4 * p + 3] = 225 * (1 - Math.sqrt(map(p)));
      context.putImageData(image, 0, 0);
    };
    return stack;
  }
  function choices(names, chosen, choose) {
    const buttons = names.map((name) =>
      make("button", { type: "button", "aria-pressed": String(name === chosen), onclick: () => {
        buttons.forEach((b, i) => b.setAttribute("aria-pressed", String(names[i] === name)));
        choose(name);
      } }, name));
    return make("div", { class: "row", role: "group", "aria-label": "Layer" }, ...buttons);
  }

  // 1. A position, its strongest channels, and where else they answer.
  function position(place) {
    let layer = "conv3_1", i = 0.62, j = 0.4, k = null;
    const photograph = veiled("castle", "The photograph: a castle on an island");
    const painting = veiled("church", "The painting: a church");
    const field = make("div", { class: "field" });
    const channels = make("div", { class: "row", role: "group", "aria-label": "Strongest channels" });
    const told = make("p", { class: "told", "aria-live": "polite" });
    photograph.classList.add("point");
    photograph.append(field);
    for (const [name, text] of [["tabindex", "0"], ["role", "application"],
      ["aria-label", "The photograph: choose a position by a click, or with the arrow keys"]]) photograph.setAttribute(name, text);

    function draw() {
      const of_C = pictures.castle.layers[layer], { n_H, n_W, n_C } = of_C;
      const row = Math.min(n_H - 1, Math.floor(i * n_H)), column = Math.min(n_W - 1, Math.floor(j * n_W));
      const p = row * n_W + column, f = T.fields[layer];
      const percent = (x, side) => `${(100 * x) / side}%`;
      field.style.left = percent(f.first + f.apart * column, pictures.castle.n_W);
      field.style.top = percent(f.first + f.apart * row, pictures.castle.n_H);
      field.style.width = percent(f.pixels, pictures.castle.n_W);
      field.style.height = percent(f.pixels, pictures.castle.n_H);
      const found = [];
      for (let c = 0; c < n_C; c++) {
        const a = value(of_C, p, c);
        if (a > 0) found.push([a / means(of_C)[c], c, a]);
      }
      found.sort((x, y) => y[0] - x[0]);
      const best = found.slice(0, 6);
      if (!best.some(([, c]) => c === k)) k = best.length ? best[0][1] : null;
      const focused = channels.contains(document.activeElement);
      channels.replaceChildren(...best.map(([times, c]) => make("button", {
        type: "button", "aria-pressed": String(c === k), onclick: () => { k = c; draw(); },
      }, `channel ${c} · ${number(times)} ×`)));
      if (focused) channels.querySelector('[aria-pressed="true"]')?.focus();
      if (k === null) {
        photograph.show(1, 1, () => 1);
        painting.show(1, 1, () => 1);
        told.textContent = `${layer}, position (${row}, ${column}) of ${n_H} × ${n_W}: no channel answers here.`;
        return;
      }
      for (const [stack, name] of [[photograph, "castle"], [painting, "church"]]) {
        const at = pictures[name].layers[layer];
        const largest = Math.max(of_C.largest[k], pictures.church.layers[layer].largest[k]);
        stack.show(at.n_H, at.n_W, (q) => value(at, q, k) / largest);
      }
      const [times, , a] = best.find(([, c]) => c === k);
      told.textContent = `${layer}, position (${row}, ${column}) of ${n_H} × ${n_W}, which sees ${f.pixels} × ${f.pixels} pixels: ` +
        `channel ${k} is ${number(a)} there, ${number(times)} times its mean over the photograph.`;
    }
    const kept = new Map();
    function means(of_C) {
      if (!kept.has(of_C)) kept.set(of_C, Array.from({ length: of_C.n_C }, (_, c) => mean(of_C, c)));
      return kept.get(of_C);
    }
    function at(event) {
      const box = photograph.getBoundingClientRect();
      i = Math.min(0.999, Math.max(0, (event.clientY - box.top) / box.height));
      j = Math.min(0.999, Math.max(0, (event.clientX - box.left) / box.width));
      k = null;
      draw();
    }
    photograph.addEventListener("pointerdown", (event) => { photograph.setPointerCapture(event.pointerId); at(event); });
    photograph.addEventListener("pointermove", (event) => { if (event.buttons) at(event); });
    photograph.addEventListener("keydown", (event) => {
      const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      if (!move) return;
      event.preventDefault();
      const { n_H, n_W } = pictures.castle.layers[layer];
      i = Math.min(0.999, Math.max(0, (Math.floor(i * n_H) + move[0] + 0.5) / n_H));
      j = Math.min(0.999, Math.max(0, (Math.floor(j * n_W) + move[1] + 0.5) / n_W));
      k = null;
      draw();
    });
    place.append(
      choices(Object.keys(T.fields), layer, (name) => { layer = name; k = null; draw(); }),
      make("div", { class: "pictures" }, make("figure", {}, photograph, make("figcaption", {}, "The photograph: choose a position")),
        make("figure", {}, painting, make("figcaption", {}, "The painting: where the channel answers there"))),
      channels, told);
    draw();
  }

  // 2. Two channels, their product, and its sum.
  function pair(place) {
    let layer = "conv3_1", k = 0, l = 1;
    const shown = {};
    const rows = Object.entries({ castle: "The photograph", church: "The painting" }).map(([name, label]) => {
      shown[name] = ["", "", ""].map(() => veiled(name, label));
      const captions = ["a_k", "a_k′", "a_k · a_k′"].map((text) => make("figcaption", {}, text));
      return make("div", { class: "maps" }, ...shown[name].map((stack, n) => make("figure", {}, stack, captions[n])));
    });
    const first = make("input", { type: "number", min: 0, onchange: () => take() });
    const second = make("input", { type: "number", min: 0, onchange: () => take() });
    const pairs = make("div", { class: "row", role: "group", "aria-label": "Pairs that the painting has and the photograph lacks" });
    const told = make("div", { class: "told", "aria-live": "polite" });
    function sums(at, a, b) {
      let ab = 0, aa = 0, bb = 0;
      const many = at.n_H * at.n_W;
      for (let p = 0; p < many; p++) {
        const x = value(at, p, a), y = value(at, p, b);
        ab += x * y; aa += x * x; bb += y * y;
      }
      return { G: ab / many, r: aa && bb ? ab / Math.sqrt(aa * bb) : 0 };
    }
    // Pairs whose r differs most: of the 24 channels that are strongest in the painting.
    const kept = new Map();
    function telling() {
      if (kept.has(layer)) return kept.get(layer);
      const of_S = pictures.church.layers[layer], of_C = pictures.castle.layers[layer];
      const strong = Array.from({ length: of_S.n_C }, (_, c) => c)
        .sort((a, b) => mean(of_S, b) - mean(of_S, a)).slice(0, 24);
      const found = [];
      strong.forEach((a, n) => strong.slice(n + 1).forEach((b) => {
        found.push([sums(of_S, a, b).r - sums(of_C, a, b).r, Math.min(a, b), Math.max(a, b)]);
      }));
      found.sort((x, y) => y[0] - x[0]);
      kept.set(layer, [...found.slice(0, 4), ...found.slice(-2)]);
      return kept.get(layer);
    }
    function take() {
      const { n_C } = pictures.castle.layers[layer];
      const whole = (input) => Math.min(n_C - 1, Math.max(0, Math.round(Number(input.value) || 0)));
      [k, l] = [whole(first), whole(second)];
      draw();
    }
    function draw() {
      const { n_C } = pictures.castle.layers[layer];
      for (const [input, c] of [[first, k], [second, l]]) { input.max = n_C - 1; input.value = c; }
      pairs.replaceChildren(...telling().map(([, a, b]) => make("button", {
        type: "button", "aria-pressed": String(a === k && b === l), onclick: () => { [k, l] = [a, b]; draw(); },
      }, `${a} and ${b}`)));
      const lines = [];
      const top = (c) => Math.max(...["castle", "church"].map((name) => pictures[name].layers[layer].largest[c])) || 1;
      const peak = Math.max(...["castle", "church"].map((name) => {
        const at = pictures[name].layers[layer];
        let most = 0;
        for (let p = 0; p < at.n_H * at.n_W; p++) most = Math.max(most, value(at, p, k) * value(at, p, l));
        return most;
      })) || 1;
      for (const name of ["castle", "church"]) {
        const at = pictures[name].layers[layer];
        shown[name][0].show(at.n_H, at.n_W, (p) => value(at, p, k) / top(k));
        shown[name][1].show(at.n_H, at.n_W, (p) => value(at, p, l) / top(l));
        shown[name][2].show(at.n_H, at.n_W, (p) => (value(at, p, k) * value(at, p, l)) / peak);
        const { G, r } = sums(at, k, l);
        lines.push(make("tr", {}, make("td", {}, name === "castle" ? "photograph" : "painting"),
          make("td", {}, `${number(G)}`), make("td", {}, r.toFixed(2))));
      }
      told.replaceChildren(make("table", {}, make("thead", {}, make("tr", {}, make("th", {}, layer),
        make("th", {}, `G(${k}, ${l}) per position`), make("th", {}, "r = G_kk′ / √(G_kk · G_k′k′)"))), make("tbody", {}, ...lines)));
    }
    place.append(
      choices(Object.keys(T.fields), layer, (name) => { layer = name; [, k, l] = telling()[0]; draw(); }),
      make("div", { class: "row" }, make("label", {}, "k ", first), make("label", {}, "k′ ", second)),
      pairs, ...rows, told);
    [, k, l] = telling()[0];
    draw();
  }

  // 3. A picture for each β.
  function beta(place) {
    const image = make("img", { class: "shown", alt: "The painting for the chosen β" });
    const told = make("p", { class: "told", "aria-live": "polite" });
    const slider = make("input", { type: "range", min: 0, max: T.prices.length - 1, step: 1, value: 2, "aria-label": "β", oninput: draw });
    for (const one of T.prices) new Image().src = here + one.file;
    function draw() {
      const one = T.prices[slider.value];
      image.src = here + one.file;
      slider.setAttribute("aria-valuetext", `β = ${one.beta}`);
      told.textContent = `β/α = ${number(one.beta)}: content cost ${number(one.content)}, style cost ${number(one.style)}, ` +
        `J = ${number(one.content + one.beta * one.style)}`;
    }
    place.append(image, slider, told);
    draw();
  }

  // 4. The steps of a painting, with what each term adds to J.
  function steps(place) {
    const S = T.steps, names = Object.keys(S.terms), many = S.scales.length;
    const colours = ["#e8590c", "#1c7ed6", "#2f9e44", "#ae3ec9", "#f08c00", "#0c8599", "#868e96"];
    const [W, H, left, bottom] = [600, 220, 44, 22];
    const all = names.flatMap((name) => S.terms[name]).filter((x) => x > 0);
    const high = Math.ceil(Math.log10(Math.max(...all)));
    const low = Math.max(high - 6, Math.floor(Math.log10(Math.min(...all))));
    const x = (n) => left + ((W - left - 8) * n) / (many - 1);
    const y = (v) => 6 + (H - bottom - 6) * (1 - (Math.log10(Math.max(v, 10 ** low)) - low) / (high - low));
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", `0 0 ${W} ${H}`);
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", "What each term adds to J, step by step, on a logarithmic scale");
    const draws = (tag, attributes, text = "") => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
      for (const [name, what] of Object.entries(attributes)) element.setAttribute(name, what);
      element.textContent = text;
      svg.append(element);
      return element;
    };
    for (let power = low; power <= high; power++) {
      draws("line", { class: "grid", x1: left, x2: W - 8, y1: y(10 ** power), y2: y(10 ** power) });
      draws("text", { x: left - 6, y: y(10 ** power) + 4, "text-anchor": "end" }, power < 0 || power > 3 ? `1e${power}` : String(10 ** power));
    }
    const jump = S.scales.indexOf(2);
    if (jump > 0) {
      draws("line", { class: "grid", x1: x(jump), x2: x(jump), y1: 6, y2: H - bottom, "stroke-dasharray": "4 3" });
      draws("text", { x: x(jump) + 4, y: H - 6 }, "the finer scale");
    }
    draws("text", { x: left, y: H - 6 }, "step 0");
    names.forEach((name, n) => draws("polyline", {
      class: "line", stroke: colours[n % colours.length], points: S.terms[name].map((v, s) => `${x(s)},${y(v)}`).join(" "),
    }));
    const now = draws("line", { class: "now", y1: 6, y2: H - bottom });
    const image = make("img", { class: "shown", alt: "The painting at the chosen step" });
    const keys = names.map((name, n) => make("span", {}, make("i", { style: `background:${colours[n % colours.length]}` }), make("span")));
    const told = make("p", { class: "told", "aria-live": "off" });
    const slider = make("input", { type: "range", min: 0, max: S.files.length - 1, step: 1, value: S.files.length - 1,
      "aria-label": "Step", oninput: draw });
    for (const file of S.files) new Image().src = here + file;
    let playing = null;
    const play = make("button", { type: "button", onclick: () => (playing ? stop() : start()) }, "Play");
    function start() {
      play.textContent = "Stop";
      if (Number(slider.value) === S.files.length - 1) slider.value = 0;
      playing = setInterval(() => {
        if (Number(slider.value) === S.files.length - 1) return stop();
        slider.value = Number(slider.value) + 1;
        draw();
      }, 140);
    }
    function stop() { clearInterval(playing); playing = null; play.textContent = "Play"; }
    function draw() {
      const step = S.at[slider.value];
      image.src = here + S.files[slider.value];
      slider.setAttribute("aria-valuetext", `step ${step}`);
      now.setAttribute("x1", x(step));
      now.setAttribute("x2", x(step));
      let J = 0;
      names.forEach((name, n) => {
        J += S.terms[name][step];
        keys[n].lastChild.textContent = `${name} ${number(S.terms[name][step])}`;
      });
      told.textContent = `Step ${step}, scale ${S.scales[step]} of ${S.scales[many - 1]}: J = ${number(J)}`;
    }
    place.append(image, make("div", { class: "row" }, play), slider, told, svg, make("div", { class: "key" }, ...keys));
    draw();
  }

  for (const [name, fill] of Object.entries({ position, pair, beta, steps })) {
    const place = document.getElementById(`touch-${name}`);
    if (place) fill(place);
  }
})();
