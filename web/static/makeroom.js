// @ts-check
/**
 * The one tag that a site owner pastes: `<makeroom-chat>`, a light button, and nothing else until
 * somebody asks for it; then an iframe of our own origin. See docs/embedding.md.
 */
(() => {
  const LABEL = "%tag.label%", NAME = "makeroom-chat", TYPES = ["message", "focusin", "keydown"];
  const sheet = new CSSStyleSheet();
  const tag = /** @type {HTMLScriptElement} */ (document.currentScript), { origin } = new URL(tag.src);
  sheet.replaceSync("%tag.css%");   // the server puts two files in here

  /** @param {Element} chat @param {string} what */
  const tell = (chat, what) => chat.dispatchEvent(new Event(`makeroom:${what}`, { bubbles: true }));

  class Chat extends HTMLElement {
    #button = document.createElement("button");
    #frame = document.createElement("iframe");
    #isReady = false;   // until then the button stays: what a frame shows that isn't ours can't close itself

    connectedCallback() {
      const button = this.#button, frame = this.#frame, root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [sheet];
      root.append(button);
      button.part = "button";
      frame.part = "frame";
      frame.title = button.textContent = this.getAttribute("label") || LABEL;
      button.onclick = () => this.toggle();
      for (const type of TYPES) addEventListener(type, this);
      if (this.hasAttribute("open")) this.#turn(true);
    }

    disconnectedCallback() {
      for (const type of TYPES) removeEventListener(type, this);
      this.#frame.remove();
      this.#button.hidden = this.#isReady = false;
    }

    open() {
      this.#turn(true);
      this.#frame.focus();
    }

    close() { this.#turn(false); }
    toggle() { this.hasAttribute("open") ? this.close() : this.open(); }

    /** @param {boolean} on */
    #turn(on) {
      const frame = this.#frame, isNew = !frame.isConnected, held = document.activeElement === this;
      if (on === !(isNew || frame.hidden)) return;
      if (isNew) {
        frame.src = origin + "/embed?" + new URLSearchParams({ host: location.origin, script: this.getAttribute("script") ?? "", lang: this.lang });
        this.#button.before(frame);
      }
      frame.hidden = !on;
      this.#button.hidden = on && this.#isReady;
      this.toggleAttribute("open", on);
      if (held) this.#button.focus();
      tell(this, on ? "open" : "close");
    }

    /** @param {any} event */
    handleEvent({ type, data, key, target, source, origin: from }) {
      const frame = this.#frame, said = source === frame.contentWindow && from === origin && data?.makeroom;
      if (said === "ready") this.#isReady = this.#button.hidden = true;
      if (said === "ready" || said === "end") tell(this, said);
      if (said === "close") this.close();
      if (said === "page") frame.blur();
      if (key === "F6" && this.hasAttribute("open")) frame.focus();   // as between the parts of a window
      if (type !== "focusin" || target === this) return;
      // What has the focus isn't covered (WCAG 2.4.11): go to the top, and when that covers it too, close.
      const { x, y, width, height } = target.getBoundingClientRect();
      const covers = () => document.elementFromPoint(x + width / 2, y + height / 2) === this;
      if (covers()) this.toggleAttribute("aside");
      if (covers()) this.close();
    }
  }

  function place() {
    const data = tag.dataset, id = JSON.stringify(data);
    if (document.getElementById(id) || (id === "{}" && document.querySelector(NAME))) return;
    const chat = Object.assign(document.createElement(NAME), { id });
    for (const name in data) chat.setAttribute(name, data[name] ?? "");
    if (data.mode === "inline") tag.after(chat);
    else document.body.after(chat);   // beside the body, which single-page sites replace
  }

  customElements.get(NAME) ?? customElements.define(NAME, Chat);
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", place);
  else place();
})();
