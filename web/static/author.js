// @ts-check
/** For authors at their own machine: the running talk as a `.chat` file. Only served pages with `--author` load it. */
import { device, tab } from "./wire.js";

const TOKEN = "makeroom.token";

document.getElementById("save-test")?.addEventListener("click", async () => {
  const token = tab.get(TOKEN) ?? device.get(TOKEN) ?? "";
  const answer = await fetch("/author/chat", { method: "POST", body: token });
  const sorry = document.getElementById("not-saved");
  if (sorry) sorry.hidden = answer.ok;
  if (!answer.ok) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = "talk.chat";
  link.click();
  URL.revokeObjectURL(link.href);
});
