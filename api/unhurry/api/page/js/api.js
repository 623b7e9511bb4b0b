// In: a path under /api. Out: its JSON, or a Problem that carries a sentence for the wearer.

export const LOST = "This page lost touch with Unhurry. What you were writing is safe here.";

export class Problem extends Error {
  /** `status` is 0 when nothing answered; `body` holds the whole problem document (a 409 brings both texts). */
  constructor(status, sentence, body = {}) {
    super(sentence);
    this.name = "Problem";
    this.status = status;
    this.body = body;
  }
}

export const get = (path, signal) => ask("GET", path, undefined, signal);
/** `options`: `{keepalive: true}` for what must arrive although the page is being left. */
export const send = (method, path, body, signal, options) => ask(method, path, body, signal, options);

/** A query string of what is set. */
export const query = (values) => {
  const set = Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return set.length ? `?${new URLSearchParams(set)}` : "";
};

async function ask(method, path, body, signal, options) {
  let answer;
  try {
    answer = await fetch(`/api${path}`, {
      ...options,
      method,
      signal,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, LOST);
  }
  if (answer.status === 204) return null;
  const content = await answer.json().catch((error) => {
    // An answer that broke off half-way, because the page was left or the service went, is none.
    if (error.name === "AbortError") throw error;
    if (answer.ok) throw new Problem(0, LOST);
    return {};
  });
  if (!answer.ok) throw new Problem(answer.status, content.detail || content.title || "That did not work.", content);
  return content;
}
