// @ts-check
/**
 * Only in the frame on another site: tells that page four things, none of them about the talk.
 * A message goes to the one origin that the frame was made for; a browser drops it anywhere else.
 */
const host = new URLSearchParams(location.search).get("host") ?? "";

/** @param {"ready" | "close" | "end" | "page"} what */
function sayTo(what) {
  if (parent !== window && /^https?:\/\//.test(host)) parent.postMessage({ makeroom: what }, host);
}

addEventListener("keydown", ({ key }) => {
  if (key === "F6") sayTo("page");
  if (key === "Escape" && !document.querySelector(".menu[open], dialog[open]")) sayTo("close");
}, { capture: true });
addEventListener("makeroom:end", () => sayTo("end"));
document.getElementById("close")?.addEventListener("click", () => sayTo("close"));
sayTo("ready");
