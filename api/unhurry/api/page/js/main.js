// In: the browser's address. Out: the running page: places, live stream, frame, keys.

import { connect } from "./live.js";
import { route, start } from "./router.js";
import { arrived, shell } from "./shell.js";
import { keys } from "./keys.js";
import { now } from "./now.js";
import { day } from "./day.js";
import { event } from "./event.js";
import { entry, journal } from "./journal.js";
import { practiceList } from "./practices.js";
import { practise } from "./practise.js";
import { help } from "./help.js";
import { helpContent } from "./helplines.js";
import { settings } from "./settings.js";

route(/^\/$/, "now", now);
route(/^\/day(?:\/(today|\d{4}-\d\d-\d\d))?$/, "day", day);
route(/^\/event\/(\d+)$/, "event", event);
route(/^\/journal$/, "journal", journal);
route(/^\/journal\/(\d+)$/, "journal", entry);
route(/^\/practices$/, "practices", practiceList);
route(/^\/(?:breathe|ground)\/([\w-]+)$/, "breathe", practise, true);
route(/^\/settings$/, "settings", settings);
route(/^\/help$/, "help", help);

helpContent().catch(() => {});
connect();
shell();
keys();
start(arrived);
