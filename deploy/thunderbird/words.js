"use strict";

// The words between Afterword and this add-on: keywords on the message (RFC 9051 2.3.2), or folders Feedback/<word>.
// Thunderbird lower-cases every tag key, so they are written in lower case here and compared so by the daemon.

/** Keywords the daemon writes; the add-on only reads them. */
const SAID = {
  rejection: { key: "$rejection", color: "#B3261E" },
  uncertain: { key: "$rejectionuncertain", color: "#8A6100" },
  draft: { key: "$feedbackdraft", color: "#5B3E96" },
  heard: { key: "$feedbackheard", color: "#5F6368" },
};

/** Keywords the user sets by a button; each takes back those that contradict it. */
const TOLD = {
  isrejection: { key: "$isrejection", color: "#8C1D18", takesBack: ["notrejection"] },
  notrejection: { key: "$notrejection", color: "#1E6B2F", takesBack: ["isrejection", "asknow"] },
  asknow: { key: "$asknow", color: "#1A56A8", takesBack: ["dontask", "notrejection"] },
  dontask: { key: "$dontask", color: "#5F6368", takesBack: ["asknow"] },
};

const CONTROL_FOLDER = "Feedback";
const HOUR_MS = 3600000;
const WINDOW_H = [24, 48]; // the request appears between these after arrival
const GIVES_UP_H = 7 * 24; // older rejections are only asked about when the user says so
