// In: unfinished words and what they are about. Out: the same words after a closed window: kept in this browser until they are in the journal.

const PREFIX = "unhurry.draft.";

/** `{fields, version, at}` as kept, or null. */
export function draft(key) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key));
  } catch {
    return null;
  }
}

/** True when it could be kept; false in a browser that keeps nothing. */
export function keepDraft(key, content) {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(content));
    return true;
  } catch {
    return false;
  }
}

export function dropDraft(key) {
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // Nothing was kept, so nothing stays behind.
  }
}
