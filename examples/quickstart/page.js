"use strict";

const list = document.getElementById("items");
const nameField = document.getElementById("name");
const search = document.getElementById("q");
const errorBox = document.getElementById("error");
const total = document.getElementById("total");

// Refusal is what the API said no with: problem details (RFC 9457).
class Refusal extends Error {
  constructor(problem) {
    super(problem.detail || problem.title);
    this.mistakes = problem.errors || [];
  }
}

// call asks the API, which is of the same origin.
async function call(method, path, body) {
  const options = { method };
  if (body !== undefined) {
    options.headers = { "Content-Type": "application/json" };
    options.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Error("The server cannot be reached.");
  }
  if (response.ok) return response.status === 204 ? null : response.json();
  const isProblem = (response.headers.get("Content-Type") || "").startsWith("application/problem+json");
  throw isProblem ? new Refusal(await response.json()) : new Error(`The server answered ${response.status}.`);
}

// shown counts the lists that were asked for: an answer that another one has overtaken is not shown.
let shown = 0;

async function show() {
  const mine = ++shown;
  const found = await call("GET", "/items?q=" + encodeURIComponent(search.value));
  if (mine !== shown) return;
  const focus = focusedControl();
  list.replaceChildren(...found.items.map(row));
  restoreFocus(focus);
  total.textContent = tell(found);
}

function tell({ items, total: count }) {
  if (count === 0) return search.value ? "Nothing matches." : "Nothing to do.";
  if (items.length < count) return `The first ${items.length} of ${count} items`;
  return count === 1 ? "1 item" : `${count} items`;
}

function row(item) {
  const li = document.createElement("li");
  li.dataset.id = item.id;
  li.classList.toggle("done", item.done);
  const done = document.createElement("input");
  done.type = "checkbox";
  done.id = `done-${item.id}`;
  done.checked = item.done;
  done.onchange = () => act(() => call("PATCH", `/items/${item.id}`, { done: done.checked }));
  const name = document.createElement("label");
  name.htmlFor = done.id;
  name.textContent = item.name;
  const remove = document.createElement("button");
  remove.type = "button";
  remove.textContent = "Delete";
  remove.setAttribute("aria-label", `Delete ${item.name}`);
  remove.onclick = () => act(() => call("DELETE", `/items/${item.id}`));
  li.append(done, name, remove);
  return li;
}

// focusedControl and restoreFocus keep the keyboard's place when rows are made anew. Where the row is gone, its neighbour has the
// focus, and where no row is left, the field for a new one.
function focusedControl() {
  const li = document.activeElement.closest("#items li");
  return li && { tag: document.activeElement.tagName, id: li.dataset.id, place: [...list.children].indexOf(li) };
}

function restoreFocus(focus) {
  if (!focus) return;
  const rows = [...list.children];
  const li = rows.find((r) => r.dataset.id === focus.id) || rows[Math.min(focus.place, rows.length - 1)];
  (li ? li.querySelector(focus.tag) : nameField).focus();
}

// act runs one change, then shows the list as it is now; and what was refused, with its reasons.
async function act(change) {
  let wrong = null;
  try {
    await change();
  } catch (error) {
    wrong = error;
  }
  try {
    await show();
  } catch (error) {
    wrong = wrong || error;
  }
  tellError(wrong);
}

function tellError(error) {
  errorBox.replaceChildren();
  nameField.removeAttribute("aria-invalid");
  if (!error) return;
  const sentence = document.createElement("p");
  sentence.textContent = error.message;
  errorBox.append(sentence);
  const mistakes = error.mistakes || [];
  if (mistakes.length === 0) return;
  const reasons = document.createElement("ul");
  for (const { in: source, name, pointer, detail } of mistakes) {
    const li = document.createElement("li");
    const where = pointer ? pointer.slice(1) : name || source;
    li.textContent = `${where}: ${detail}`;
    reasons.append(li);
    if (pointer === "/name") nameField.setAttribute("aria-invalid", "true");
  }
  errorBox.append(reasons);
}

document.getElementById("add").onsubmit = (event) => {
  event.preventDefault();
  act(async () => {
    await call("POST", "/items", { name: nameField.value });
    nameField.value = "";
  });
};
document.getElementById("find").onsubmit = (event) => event.preventDefault();
search.oninput = () => act(async () => {});
act(async () => {});
