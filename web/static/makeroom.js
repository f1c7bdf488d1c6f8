// @ts-check
/**
 * The one tag that a site owner pastes: `<makeroom-chat>`, a light button, and nothing else until
 * somebody asks for it; then an iframe of our own origin. See docs/embedding.md.
 */
(() => {
  const tag = /** @type {HTMLScriptElement} */ (document.currentScript),
    ours = new URL(tag.src).origin, sheet = new CSSStyleSheet();
  sheet.replaceSync("%tag.css%");   // the server puts two files in here
  /** @type {any} */ const LABELS = "%tag.labels%";

  class Chat extends HTMLElement {
    #button = document.createElement("button");
    #frame = document.createElement("iframe");
    #root = this.attachShadow({ mode: "open" });
    #isReady = false;   // until then the button stays: what a frame shows that isn't ours can't close itself

    connectedCallback() {
      this.lang ||= document.documentElement.lang;
      this.#root.adoptedStyleSheets = [sheet];
      this.#root.append(this.#button);
      this.#button.part = "button";
      this.#frame.part = "frame";
      this.#button.textContent = this.#frame.title = this.getAttribute("label") || LABELS[this.lang.slice(0, 2)] || LABELS.en;
      this.#frame.hidden = true;
      this.#button.onclick = () => this.toggle();
      this.#listen(addEventListener);
      this.#turn(this.hasAttribute("open"));
    }

    disconnectedCallback() {
      this.#listen(removeEventListener);
      this.#frame.remove();
      this.#button.hidden = this.#isReady = false;
    }

    open() {
      this.#turn(true);
      this.#frame.blur();   // anew: a frame of another site loses the keys on its way into a process of its own
      this.#frame.focus();
    }

    close() { this.#turn(false); }
    toggle() { this.#frame.hidden ? this.open() : this.close(); }

    /** @param {typeof addEventListener} how */
    #listen(how) { for (const what of ["message", "focusin", "keydown"]) how(what, this); }

    /** @param {string} what */
    #tell(what) { this.dispatchEvent(new Event("makeroom:" + what, { bubbles: true })); }

    /** @param {boolean} on */
    #turn(on) {
      if (on !== this.#frame.hidden) return;
      if (!this.#frame.isConnected) {
        this.#frame.src = ours + "/embed?" + new URLSearchParams({ host: location.origin, script: this.getAttribute("script") || "", lang: this.lang });
        this.#frame.style.colorScheme = /** @type {string} */ (this.getAttribute("theme"));
        this.#button.before(this.#frame);
      }
      this.#button.hidden = on && this.#isReady;
      if (document.activeElement === this) this.#button.focus();
      this.#frame.hidden = !on;
      this.toggleAttribute("open", on);
      this.#tell(on ? "open" : "close");
    }

    /** @param {any} it */
    handleEvent(it) {
      const said = it.source === this.#frame.contentWindow && it.origin === ours && it.data?.makeroom;
      if (said === "close") this.close();
      if (said === "page") this.#frame.blur();
      if (said === "ready") this.#button.hidden = this.#isReady = true;
      if (said === "ready" || said === "end") this.#tell(said);
      // F6, as between the parts of a window.
      if (said === "ready" && document.activeElement === this || it.key === "F6" && !this.#frame.hidden) this.open();
      if (it.type !== "focusin" || it.target === this) return;
      // What has the focus isn't covered (WCAG 2.4.11): go to the top, and when that covers it too, close.
      const { x, y, width, height } = it.target.getBoundingClientRect(),
        covers = () => document.elementFromPoint(x + width / 2, y + height / 2) === this;
      if (covers()) this.toggleAttribute("aside");
      if (covers()) this.close();
    }
  }

  function place() {
    const options = tag.dataset, mark = JSON.stringify(options), chat = document.createElement("makeroom-chat");
    if (document.getElementById(mark) || (mark === "{}" && document.querySelector("makeroom-chat"))) return;
    chat.id = mark;
    for (const option in options) chat.setAttribute(option, /** @type {string} */ (options[option]));
    // Beside the body, which single-page sites replace.
    (options.mode === "inline" ? tag : document.body).after(chat);
  }

  customElements.get("makeroom-chat") ?? customElements.define("makeroom-chat", Chat);
  document.readyState === "loading" ? addEventListener("DOMContentLoaded", place) : place();
})();
