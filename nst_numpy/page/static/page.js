"use strict";
// The page shows what the server tells, and keeps nothing but which two pictures are chosen.
const OURS = { "X-NST-NumPy": "1" };
const chosen = { content: null, style: null };
const cards = new Map();
const find = (query, inside = document) => inside.querySelector(query);
const all = (query, inside = document) => [...inside.querySelectorAll(query)];
const show = (element, yes) => { element.hidden = !yes; };
const write = (element, text) => { if (element.textContent !== text) element.textContent = text; };

async function send(path, body, headers = {}) {
  let answer;
  try {
    answer = await fetch(path, { method: "POST", body, headers: { ...OURS, ...headers } });
  } catch {
    throw new Error("The connection was lost; try again.");
  }
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.said || "That did not work.");
  return told;
}

// ---- two pictures

function place(role) { return find(`.drop[data-role=${role}]`); }

function choose(role, picture) {
  chosen[role] = picture.name;
  const drop = place(role), image = find("img", drop);
  image.src = `/pictures/${picture.name}`;
  image.alt = `${picture.called}, ${picture.width} × ${picture.height} pixels`;
  show(image, true);
  show(find(".call", drop), false);
}

async function bring(role, path, file) {
  const drop = place(role), said = find(".said", drop.parentElement);
  write(said, "");
  drop.classList.add("busy");
  drop.setAttribute("aria-busy", "true");
  try {
    const headers = file ? { "X-File-Name": encodeURIComponent(file.name).slice(0, 300) } : {};
    choose(role, await send(path, file, headers));
  } catch (error) {
    write(said, error.message);
  }
  drop.classList.remove("busy");
  drop.removeAttribute("aria-busy");
}

for (const drop of all(".drop")) {
  const role = drop.dataset.role;
  const take = (files) => { if (files && files[0]) bring(role, `/pictures/${role}`, files[0]); };
  const input = find("input", drop);
  input.addEventListener("change", () => { take(input.files); input.value = ""; });
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("above"); });
  }
  drop.addEventListener("dragleave", () => drop.classList.remove("above"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("above");
    take(event.dataTransfer.files);
  });
}
// a picture that misses its place must not replace the page
for (const name of ["dragover", "drop"]) addEventListener(name, (event) => event.preventDefault());
for (const button of all(".example")) {
  button.addEventListener("click", () => bring(button.dataset.role,
    `/pictures/${button.dataset.role}?example=${encodeURIComponent(button.dataset.name)}`));
}

// ---- choices

let wanted = null; // what was asked for last: on a narrow screen it is far below
const form = find("#form");
function meaning(input) {
  const value = Number(input.value);
  return String("power" in input.dataset ? Number((10 ** value).toPrecision(2)) : value);
}
for (const input of all(".choice input")) {
  const output = find("output", input.parentElement);
  const told = () => { write(output, meaning(input)); input.setAttribute("aria-valuetext", meaning(input)); };
  input.addEventListener("input", told);
  told();
}
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const choices = {};
  for (const input of all(".choice input")) choices[input.name] = Number(input.value);
  for (const select of all(".choice select")) choices[select.name] = select.value;
  await tried(async () => { wanted = (await send("/paint", JSON.stringify({ ...chosen, choices }))).name; });
});
for (const button of all(".experiment")) {
  button.addEventListener("click", () => {
    const both = chosen.content && chosen.style ? chosen : {};
    tried(async () => { wanted = (await send("/explain", JSON.stringify({ ...both, experiment: button.dataset.name }))).name; });
  });
}
async function tried(work) {
  const refused = find("#refused");
  write(refused, "");
  try { await work(); } catch (error) { write(refused, error.message); refused.scrollIntoView({ block: "nearest" }); }
}

// ---- paintings

const number = (x) => (x >= 1000 && x < 1e7 ? Math.round(x).toLocaleString("en") : String(Number(Number(x).toPrecision(4))));
function time(seconds) {
  const s = Math.round(seconds);
  return s < 60 ? `${s} s` : `${Math.floor(s / 60)} min ${s % 60} s`;
}

function how(job) {
  const step = job.step;
  const far = step ? `step ${step.iteration}, ${step.width} × ${step.height} pixels, J = ${number(step.J)}, after ${time(step.seconds)}` : "";
  switch (job.state) {
    case "waiting": return job.before ? `Waiting: ${job.before} before it.` : "Waiting.";
    case "running": {
      if (job.experiment) return "Measuring.";
      if (!step) return "Reading the pictures and the network.";
      const left = step.left === null ? "" : `; at most ${time(step.left)} left`;
      return `Painting: size ${step.scale} of ${step.scales}, ${far}${left}.`;
    }
    case "stopping": return "Stopping: what there is is being saved.";
    case "stopped": return far ? `Stopped: ${far}.` : "Stopped.";
    case "done": return far ? `Finished: ${far}.` : "Finished.";
    default: return "It could not be finished.";
  }
}

function newCard(job) {
  const card = find("#card").content.cloneNode(true).firstElementChild;
  write(find("h2", card), job.title);
  const view = find(".view", card);
  for (const button of all("[data-deed]", card)) {
    button.addEventListener("click", async () => {
      const deed = button.dataset.deed;
      if (deed === "remove" && !confirm("Remove it, and all that was painted?")) return;
      const said = find(".said", card);
      try {
        await send(`/jobs/${job.name}/${deed}`, deed === "further" ? JSON.stringify({ steps: 20 }) : "{}");
        show(said, false);
      } catch (error) { write(said, error.message); show(said, true); }
    });
  }
  for (const link of all("[data-kind]", card)) link.href = `/jobs/${job.name}/${link.dataset.kind}`;
  const grow = find(".grow input", card);
  grow.addEventListener("input", () => { card.follows = Number(grow.value) >= Number(grow.max); frame(card); });
  find(".compare input", card).addEventListener("input", (event) => view.style.setProperty("--at", `${event.target.value}%`));
  card.follows = true;
  card.job = job;
  return card;
}

function frame(card) {
  const { job } = card, grow = find(".grow input", card), image = find(".under", card);
  if (!job.frames || !job.frames.length) return;
  const at = Math.min(Number(grow.value), job.frames.length - 1);
  const last = card.follows && job.result;
  const source = last ? `/jobs/${job.name}/result.png?show&at=${job.step ? job.step.iteration : 0}` : `/jobs/${job.name}/frames/${job.frames[at]}`;
  if (image.getAttribute("src") !== source) image.src = source;
  const step = `step ${Number(job.frames[at].split("-")[1].split(".")[0])}`;
  write(find(".grow output", card), step);
  grow.setAttribute("aria-valuetext", step);
}

function update(card, job) {
  card.job = job;
  write(find(".how", card), how(job));
  const working = job.state === "running" || job.state === "stopping";
  const bar = find("progress", card);
  show(bar, working);
  if (job.step) bar.value = job.step.iteration / Math.max(1, job.step.of);
  else bar.removeAttribute("value");
  const said = find(".said", card);
  if (job.said) { write(said, job.said); show(said, true); }
  const can = {
    stop: job.state === "running" || job.state === "waiting",
    "go-on": job.state === "stopped" || job.state === "failed",
    further: job.state === "done" && !job.experiment,
    remove: !working,
  };
  const had = document.activeElement;
  for (const button of all("[data-deed]", card)) show(button, can[button.dataset.deed]);
  if (had === card || (had && had.hidden && card.contains(had))) { // keys go on where they were
    const next = all("[data-deed]", card).find((button) => !button.hidden);
    if (next) next.focus(); else { card.tabIndex = -1; card.focus(); }
  }
  if (job.experiment) return answer(card, job);
  const frames = job.frames || [];
  show(find(".view", card), frames.length > 0);
  const grow = find(".grow", card), input = find("input", grow);
  show(grow, frames.length > 1);
  input.max = Math.max(0, frames.length - 1);
  if (card.follows) input.value = input.max;
  frame(card);
  const over = find(".over", card), compared = job.result && job.content;
  show(over, compared);
  show(find(".compare", card), compared);
  if (compared && !over.getAttribute("src")) over.src = `/pictures/${job.content}`;
  show(find(".keep", card), Boolean(job.result));
  show(find(".numbers", card), Boolean(job.terms));
  if (job.terms) ledger(card, job);
}

function ledger(card, job) {
  const body = find("tbody", card);
  while (body.rows.length < job.terms.length) {
    const row = body.insertRow();
    for (let n = 0; n < 4; n += 1) row.insertCell();
    row.cells[3].className = "bar";
    row.cells[3].append(document.createElement("meter"));
  }
  job.terms.forEach(([name, cost], n) => {
    const share = job.step.J ? cost / job.step.J : 0, { cells } = body.rows[n];
    write(cells[0], name);
    write(cells[1], number(cost));
    write(cells[2], `${Math.round(100 * share)} %`);
    find("meter", cells[3]).value = share;
    find("meter", cells[3]).setAttribute("aria-label", `share of ${name}`);
  });
  const curves = find(".curves", card);
  const source = `/jobs/${job.name}/curves.svg?at=${job.step.scale}-${job.step.iteration}`;
  if (curves.getAttribute("src") !== source && job.step.iteration > 0) { curves.src = source; show(curves, true); }
}

function answer(card, job) {
  const place = find(".answer", card);
  if (job.state !== "done" || !place.hidden) return;
  show(place, true);
  const list = document.createElement("ul");
  for (const claim of job.claims || []) {
    const item = document.createElement("li"), seen = document.createElement("small");
    item.textContent = claim.holds ? claim.sentence : `Not seen here: ${claim.sentence}`;
    seen.textContent = claim.seen;
    item.append(seen);
    list.append(item);
  }
  place.append(list);
  if (job.figure) {
    const image = document.createElement("img");
    image.src = `/jobs/${job.name}/figure.png`;
    image.alt = `The figure of the experiment: ${job.title}`;
    place.append(image);
  }
  if (job.lines && job.lines.length) {
    const more = document.createElement("details"), title = document.createElement("summary");
    const lines = document.createElement("pre");
    title.textContent = "Everything that it prints";
    lines.textContent = job.lines.join("\n");
    lines.tabIndex = 0;
    more.append(title, lines);
    place.append(more);
  }
}

function render({ jobs }) {
  const list = find("#paintings");
  show(find("#none"), jobs.length === 0);
  const names = new Set(jobs.map((job) => job.name));
  for (const [name, card] of cards) if (!names.has(name)) { card.remove(); cards.delete(name); }
  for (const job of [...jobs].reverse()) {
    let card = cards.get(job.name);
    if (!card) {
      card = newCard(job);
      cards.set(job.name, card);
      list.prepend(card);
    }
    update(card, job);
    if (job.name === wanted) { card.scrollIntoView({ block: "nearest" }); wanted = null; }
  }
}

// ---- the line to the server: everything is told again after it was lost

const lost = find("#line");
let first = true;
function watch() {
  const source = new EventSource("/watch");
  source.onmessage = (event) => {
    show(lost, false);
    const told = JSON.parse(event.data);
    if (first) {
      first = false;
      for (const role of Object.keys(chosen)) {
        const picture = told.pictures.filter((one) => one.role === role).pop();
        if (picture && !chosen[role]) choose(role, picture);
      }
    }
    render(told);
  };
  source.onerror = async () => {
    const closed = source.readyState === EventSource.CLOSED;
    write(lost, "The connection is lost; the painting goes on. Trying again …");
    show(lost, true);
    if (!closed) return; // it tries again by itself
    source.close();
    const answer = await fetch("/state").catch(() => null);
    if (answer && answer.status === 401) write(lost, (await answer.json()).said);
    else setTimeout(watch, 2000);
  };
}
watch();
