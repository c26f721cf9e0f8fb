"use strict";

/**
 * Tags of a message -> what to show. Pure, so that it can be tested without Thunderbird.
 *
 * @param {string[]} tags - keys of the tags the message carries, lower case
 * @param {number} arrived - milliseconds since the epoch
 * @param {number} now - milliseconds since the epoch
 * @returns {{verdict: string, told: string|null, heard: boolean, due: [number, number]|null, past: boolean}}
 *   verdict names a text in _locales; told is the button pressed; due is the window in which the draft appears
 */
function readVerdict(tags, arrived, now) {
  const has = word => tags.includes((SAID[word] || TOLD[word]).key);
  const told = Object.keys(TOLD).find(has) || null;
  const heard = has("heard");
  let verdict = "verdictNone";
  if (has("notrejection")) verdict = "verdictNotByYou";
  else if (has("isrejection")) verdict = "verdictYesByYou";
  else if (has("draft")) verdict = "verdictDraft";
  else if (has("rejection")) verdict = "verdictYes";
  else if (has("uncertain")) verdict = "verdictUncertain";
  const waits = ["verdictYes", "verdictYesByYou"].includes(verdict) && !has("draft") && !has("dontask");
  const due = waits ? WINDOW_H.map(hours => arrived + hours * HOUR_MS) : null;
  const old = now > arrived + GIVES_UP_H * HOUR_MS;
  return { verdict, told, heard, due: old ? null : due, past: Boolean(due) && !old && now > due[1] };
}
