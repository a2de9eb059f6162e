// @ts-check
// A tab that nobody sees does not train, and says so when it is seen again.

import { notify } from "../shell/notices.js";
import { t } from "../shell/text.js";

/**
 * @param {Pick<import("../shell/types.js").App, "store" | "signal">} app
 * @param {() => import("./history.js").Recorded | null} current
 * @param {(error: unknown) => void} failed
 */
export function pauseUnseen({ store, signal }, current, failed) {
  document.addEventListener(
    "visibilitychange",
    () => {
      const run = current()?.run;
      if (!document.hidden || run?.state !== "running") return;
      void run.pause().then(() => notify(store, { kind: "info", text: t("train.hidden") }), failed);
    },
    { signal },
  );
}
