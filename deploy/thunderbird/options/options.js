"use strict";

(async () => {
  document.documentElement.lang = messenger.i18n.getUILanguage();
  for (const place of document.querySelectorAll("[data-text]")) {
    place.textContent = messenger.i18n.getMessage(place.dataset.text);
  }
  const box = document.getElementById("banner");
  const { banner = true } = await messenger.storage.local.get("banner");
  box.checked = banner;
  box.addEventListener("change", () => messenger.storage.local.set({ banner: box.checked }));
  document.body.dataset.ready = "1";
})();
