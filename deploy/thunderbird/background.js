"use strict";

// The event page: makes the tags known, puts the verdict on the button, hands a pressed button to the daemon.
// It is stopped and started by Thunderbird at will, so nothing lives in variables that must last.

const text = messenger.i18n.getMessage;

/** A keyword is shown only if this Thunderbird has a tag with that key. */
async function makeTags() {
  const known = await messenger.messages.tags.list();
  const keys = new Set(known.map(tag => tag.key));
  const names = new Set(known.map(tag => tag.tag));
  for (const [word, { key, color }] of Object.entries({ ...SAID, ...TOLD })) {
    if (keys.has(key)) continue;
    let name = text(`tag_${word}`);
    while (names.has(name)) name += " *";
    try {
      await messenger.messages.tags.create(key, name, color);
    } catch (error) {
      console.error("tag", key, error.message);
    }
  }
}

/** Registered scripts outlive the event page; registering twice is an error. */
async function showBanner() {
  const have = await messenger.scripting.messageDisplay.getRegisteredScripts({ ids: ["banner"] });
  const { banner = true } = await messenger.storage.local.get("banner");
  if (have.length && !banner) await messenger.scripting.messageDisplay.unregisterScripts({ ids: ["banner"] });
  if (!have.length && banner) {
    await messenger.scripting.messageDisplay.registerScripts([
      { id: "banner", js: ["banner.js"], css: ["banner.css"], runAt: "document_idle" },
    ]);
  }
}

const ready = makeTags();
showBanner().catch(console.error);

function describe(message) {
  const state = readVerdict(message.tags, message.date.getTime(), Date.now());
  const when = moment => new Intl.DateTimeFormat(undefined, { weekday: "short", hour: "2-digit", minute: "2-digit" }).format(moment);
  let due = "";
  if (state.past) due = text("duePast");
  else if (state.due) due = text("dueBetween", state.due.map(when));
  return { ...state, label: text(state.verdict), due };
}

async function label(tabId, state) {
  await messenger.messageDisplayAction.setLabel({ tabId, label: state.label });
  await messenger.messageDisplayAction.setTitle({ tabId, title: [state.label, state.due].filter(Boolean).join(" – ") });
  const badge = { verdictYes: "!", verdictYesByYou: "!", verdictUncertain: "?", verdictDraft: "✎" }[state.verdict] || "";
  await messenger.messageDisplayAction.setBadgeText({ tabId, text: badge });
}

async function shownIn(tabId) {
  const shown = await messenger.messageDisplay.getDisplayedMessages(tabId);
  return shown.messages.length === 1 ? shown.messages[0] : null;
}

async function status(id, tab) {
  await ready;
  const message = id ? await messenger.messages.get(id) : tab && (await shownIn(tab.id));
  if (!message) return null;
  const state = describe(message);
  if (tab) await label(tab.id, state); // onUpdated is silent about changes made on the server, so whoever asks relabels
  return state;
}

async function controlFolder(message, word) {
  const found = await messenger.folders.query({
    accountId: message.folder.accountId,
    path: `/${CONTROL_FOLDER}/${word}`,
  });
  if (found.length) return found[0];
  const below = await messenger.folders.query({ accountId: message.folder.accountId, name: word });
  return below.find(folder => folder.path.endsWith(`/${CONTROL_FOLDER}/${word}`)) || null;
}

/**
 * Hand a word to the daemon: a copy in the folder Feedback/<word> where there is one (the server's yes is certain), and
 * the keyword. A server without keywords of one's own is not told apart by Thunderbird: the tag stays on this machine
 * and nothing is reported. So `how` says "folder" (certain), "keyword" (to be confirmed by $feedbackheard).
 */
async function press(id, word) {
  await ready;
  const message = await messenger.messages.get(id); // read right before writing: update() replaces the whole known set
  const folder = await controlFolder(message, word);
  let how = "keyword";
  if (folder) {
    try {
      await messenger.messages.copy([id], folder.id);
      how = "folder";
    } catch (error) {
      console.error("copy", word, error.message);
    }
  }
  const tags = new Set(message.tags);
  for (const other of TOLD[word].takesBack) tags.delete(TOLD[other].key);
  tags.delete(SAID.heard.key);
  tags.add(TOLD[word].key);
  await messenger.messages.update(id, { tags: [...tags] });
  return how;
}

messenger.messageDisplay.onMessagesDisplayed.addListener(async (tab, shown) => {
  if (shown.messages.length === 1) await status(shown.messages[0].id, tab);
});

messenger.messages.onUpdated.addListener(async (message, changed) => {
  if (!changed.tags) return;
  for (const tab of await messenger.tabs.query({ type: ["mail", "messageDisplay"] })) {
    const shown = await shownIn(tab.id);
    if (shown && shown.id === message.id) await status(message.id, tab);
  }
});

messenger.storage.local.onChanged.addListener(changes => {
  if (changes.banner) showBanner().catch(console.error);
});

messenger.runtime.onMessage.addListener((request, sender) => {
  if (request.do === "status") return status(request.id, sender.tab);
  if (request.do === "press" && Object.hasOwn(TOLD, request.word)) return press(request.id, request.word);
  return false;
});
