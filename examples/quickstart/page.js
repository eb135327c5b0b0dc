"use strict";

const list = document.getElementById("items");
const nameField = document.getElementById("name");
const search = document.getElementById("q");
const errorLine = document.getElementById("error");

// call asks the API; a refusal is problem details (RFC 9457), whose text is shown.
async function call(method, path, body) {
  const options = { method };
  if (body !== undefined) {
    options.headers = { "Content-Type": "application/json" };
    options.body = JSON.stringify(body);
  }
  const response = await fetch(path, options);
  if (!response.ok) {
    const problem = await response.json();
    const mistakes = (problem.errors || []).map((e) => `${e.pointer || e.name} ${e.detail}`);
    throw new Error(mistakes.join(", ") || problem.detail || problem.title);
  }
  return response.status === 204 ? null : response.json();
}

async function show() {
  const found = await call("GET", "/items?q=" + encodeURIComponent(search.value));
  list.replaceChildren(...found.items.map(row));
  document.getElementById("total").textContent = `${found.items.length} of ${found.total}`;
}

function row(item) {
  const li = document.createElement("li");
  li.dataset.id = item.id;
  li.className = item.done ? "done" : "";
  const done = document.createElement("input");
  done.type = "checkbox";
  done.checked = item.done;
  done.setAttribute("aria-label", "Done");
  done.onchange = () => act(() => call("PATCH", `/items/${item.id}`, { done: done.checked }));
  const name = document.createElement("span");
  name.textContent = item.name;
  const remove = document.createElement("button");
  remove.textContent = "Delete";
  remove.onclick = () => act(() => call("DELETE", `/items/${item.id}`));
  li.append(done, name, remove);
  return li;
}

// act runs one change, then shows the list as it is now, or why it did not work.
async function act(change) {
  try {
    errorLine.textContent = "";
    await change();
    await show();
  } catch (error) {
    errorLine.textContent = error.message;
  }
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
