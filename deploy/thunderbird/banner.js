"use strict";

// A line above the shown message. Thunderbird (seen in 153) tells add-ons nothing of keywords that other clients or the
// daemon set on the server, so the line asks again while it can be seen.
(async () => {
  const line = document.createElement("div");
  line.id = "afterword-banner";
  line.setAttribute("role", "status");
  const name = browser.i18n.getMessage("name");

  async function draw() {
    let state = null;
    try {
      state = await browser.runtime.sendMessage({ do: "status" });
    } catch {
      return; // the add-on was updated or removed under us
    }
    if (!state || state.verdict === "verdictNone") {
      line.remove();
      return;
    }
    const words = `${name}: ${[state.label, state.due].filter(Boolean).join(". ")}`;
    if (line.textContent !== words) line.textContent = words;
    if (!line.isConnected) document.body.prepend(line);
  }

  await draw();
  setInterval(() => {
    if (document.visibilityState === "visible") draw();
  }, 2000);
})();
