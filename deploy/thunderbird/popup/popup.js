"use strict";

const PATIENCE_MS = 10 * 60 * 1000; // two polls of the daemon; after that something is wrong
const text = messenger.i18n.getMessage;
const at = id => document.getElementById(id);

(async () => {
  document.documentElement.lang = messenger.i18n.getUILanguage();
  const [tab] = await messenger.tabs.query({ active: true, currentWindow: true });
  const shown = await messenger.messageDisplay.getDisplayedMessages(tab.id);
  const id = shown.messages.length === 1 ? shown.messages[0].id : null;
  const buttons = [...document.querySelectorAll("button[data-word]")];
  for (const button of buttons) button.textContent = text(`button_${button.dataset.word}`);

  async function draw() {
    const state = id && (await messenger.runtime.sendMessage({ do: "status", id }));
    if (!state) {
      at("verdict").textContent = text("noMessage");
      for (const button of buttons) button.disabled = true;
      return;
    }
    at("verdict").textContent = state.label;
    at("due").textContent = state.due;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.word === state.told));
    at("said").textContent = await confirmation(state);
  }

  // What is true about the last press: a folder copy is certain, a keyword only once the daemon has answered it.
  async function confirmation(state) {
    if (!state.told) return "";
    if (state.heard) return text("heard");
    const key = `press:${shown.messages[0].headerMessageId}`;
    const { [key]: press } = await messenger.storage.session.get(key);
    if (press?.how === "folder") return text("handedOver");
    if (press && Date.now() - press.at > PATIENCE_MS) return text("notHeard");
    return text("waiting");
  }

  for (const button of buttons) {
    button.addEventListener("click", async () => {
      const word = button.dataset.word;
      try {
        const how = await messenger.runtime.sendMessage({ do: "press", id, word });
        await messenger.storage.session.set({ [`press:${shown.messages[0].headerMessageId}`]: { how, at: Date.now() } });
        await draw();
      } catch (error) {
        at("said").textContent = text("failed", [error.message]);
      }
      document.body.dataset.done = word;
    });
  }

  await draw();
  document.body.dataset.ready = "1";
  setInterval(draw, 2000);
})();
