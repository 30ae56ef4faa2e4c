// <synod-playground>: see docs/embedding.md.
{
  // A module does not know its own tag.
  const script = document.currentScript ?? document.querySelector("script[src*='embed.js']");
  const home = script?.src ?? location.href;
  const passed = ["protocol", "nodes", "seed", "view", "t", "autoplay", "controls", "height"];
  const page = document.documentElement;
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`:host{display:block;position:relative;min-height:7em}
iframe{box-sizing:border-box;width:100%;height:100%;border:1px solid #8886;border-radius:8px}
iframe:not(.ready){position:absolute;visibility:hidden}
.ready+slot{display:none}`);

  const pen = document.createElement("canvas").getContext("2d");
  // Red, green and blue to 255, and perhaps alpha to 1. What is written in other ways, as oklch(), is painted.
  const parts = (colour) => {
    if (colour.startsWith("rgb")) return colour.match(/[\d.]+/g);
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  // Whether the element stands on something dark.
  const isDark = (at) => {
    for (; at; at = at.parentElement) {
      const [r, g, b, a = 1] = parts(getComputedStyle(at).backgroundColor);
      if (a > 0.5) return r * 2 + g * 7 + +b < 1280;
    }
    return scheme.matches && getComputedStyle(page).colorScheme.includes("dark");
  };

  class SynodPlayground extends HTMLElement {
    static observedAttributes = ["scenario", "theme", "src", ...passed];
    #frame;
    #later = [];
    #away;

    connectedCallback() {
      const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
      root.innerHTML = "<slot></slot>";
      root.adoptedStyleSheets = [sheet];
      this.#away = new AbortController();
      const { signal } = this.#away;
      addEventListener("message", (it) => this.#hear(it), { signal });
      const follow = () => setTimeout(() => this.#dress());
      const dress = new MutationObserver(follow);
      for (const at of [page, document.body]) dress.observe(at, { attributes: true });
      scheme.addEventListener("change", follow, { signal });
      signal.onabort = () => dress.disconnect();
      this.#open();
    }

    disconnectedCallback() {
      this.#away.abort();
      this.#frame = null;
    }

    attributeChangedCallback(name) {
      if (name === "theme") this.#dress();
      else if (this.#frame) {
        // Another frame, not another address in it: that would be a page of the host's history.
        this.#frame.remove();
        this.#open();
      }
    }

    play() { this.#tell("play"); }
    pause() { this.#tell("pause"); }
    step(by = 1) { this.#tell("step", { by }); }
    seek(ms) { this.#tell("seek", { ms }); }

    #theme() {
      const asked = this.getAttribute("theme") || "auto";
      return asked !== "auto" ? asked : isDark(this) ? "dark" : "light";
    }

    #address() {
      const url = new URL(this.getAttribute("src") ?? ".", home);
      const query = url.searchParams;
      query.set("embed", "1");
      query.set("theme", this.#theme());
      for (const name of passed) if (this.hasAttribute(name)) query.set(name, this.getAttribute(name));
      const scenario = this.getAttribute("scenario");
      if (scenario?.includes("#")) url.hash = scenario.split("#")[1];
      else if (scenario) query.set("scenario", scenario);
      return url.href;
    }

    #open() {
      const frame = (this.#frame = document.createElement("iframe"));
      frame.title = this.title || "Synod";
      // Nothing is loaded before the reader comes near.
      frame.loading = "lazy";
      frame.src = this.#address();
      this.shadowRoot.prepend(frame);
    }

    #dress() {
      // Before it is ready it has what its address says, and hears of it then.
      if (this.#frame?.className) this.#tell("theme", { theme: this.#theme() });
    }

    #tell(synod, more) {
      if (this.#frame?.className) this.#frame.contentWindow.postMessage({ synod, ...more }, "*");
      else this.#later.push([synod, more]);
    }

    #hear({ source, origin, data }) {
      const frame = this.#frame;
      if (!frame || source !== frame.contentWindow || ![new URL(frame.src).origin, "null"].includes(origin)) return;
      if (data?.context === "iframe.resize") this.style.height = `${data.height}px`;
      const { synod, ...detail } = data ?? {};
      if (!synod) return;
      // What is wrong with a link is to be seen, too.
      if (synod === "ready" || synod === "error") {
        frame.className = "ready";
        this.#dress();
        for (const said of this.#later.splice(0)) this.#tell(...said);
      }
      this.dispatchEvent(new CustomEvent(`synod-${synod}`, { detail, bubbles: true }));
    }
  }
  // Who pastes two snippets has the script twice.
  if (!customElements.get("synod-playground")) customElements.define("synod-playground", SynodPlayground);
}
