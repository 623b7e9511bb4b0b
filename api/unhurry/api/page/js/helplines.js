// In: /api/help. Out: people, lines and the words that bring them, asked for once, so that they are there when the service is not.

import { get } from "./api.js";

let asked = null;

/** `{people, country, countries, heard}`; asked for again only after a failure. */
export function helpContent() {
  asked ??= get("/help").catch((problem) => {
    asked = null;
    throw problem;
  });
  return asked;
}

/** An address a telephone understands. */
export const telephone = (number) => `tel:${number.replace(/[^\d+]/g, "")}`;

export const message = (number, word) =>
  `sms:${number.replace(/[^\d+]/g, "")}${word ? `?body=${encodeURIComponent(word)}` : ""}`;
