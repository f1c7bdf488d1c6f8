"""Pages of other sites that embed the talk: strict, hostile, single-page, and plain."""

from aiohttp import web

from tests.docs.blocks import all_blocks

STRICT = (
    "default-src 'none'; script-src {ours}; frame-src {ours}; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
HOSTILE = """
* { all: unset !important; letter-spacing: 9px !important; font-size: 3px !important; }
makeroom-chat { display: none !important; opacity: 0 !important; position: static !important;
  transform: scale(.1) !important; visibility: hidden !important; z-index: -1 !important; }
iframe, button { display: none !important; pointer-events: none !important; }
html { font-size: 40% } body { filter: blur(0); }
"""
PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>a site</title>
{head}</head><body>{body}<p><a href="#">first</a></p><div class="low"><a href="#">low</a></div>
</body></html>"""
[LOOKS] = all_blocks("css")  # the example of docs/embedding.md
LOW = "<style>.low { position: fixed; inset: auto 20px 20px auto; }</style>"


class Host:
    """A server of another origin, whose pages embed what `ours` serves."""

    ours: str = ""

    def app(self) -> web.Application:
        """Wire the pages."""
        app = web.Application()
        app.router.add_get("/{name}", self.page)
        return app

    async def page(self, request: web.Request) -> web.Response:
        """Serve one of the pages."""
        script = f'<script src="{self.ours}/makeroom.js" async'
        heads = {
            "plain": f"{LOW}{script}></script>",
            "options": f'{script} data-mode="bubble" data-label="Need to talk?" data-lang="en"'
            ' data-script="text" data-theme="dark"></script>',
            "strict": f"{script}></script>",
            "hostile": f"<style>{HOSTILE}</style>{script}></script>",
            "looks": f"<style>{LOOKS.text}</style>{script}></script>",
            "open": f"{script} data-open></script>",
            "pagemode": f'{script} data-mode="page"></script>',
            "several": f"{script}></script>",
            "spanish": f"{script}></script>",
        }
        several = '<makeroom-chat mode="inline" label="One"></makeroom-chat>' * 2
        name = request.match_info["name"]
        body = several if name == "several" else ""
        if name == "inline":
            body = f'<h1>Before</h1>{script} data-mode="inline"></script><h2>After</h2>'
        lang = "es-MX" if name == "spanish" else "en"
        text = PAGE.format(lang=lang, head=heads.get(name, ""), body=body)
        headers = {}
        if name == "strict":
            headers["Content-Security-Policy"] = STRICT.format(ours=self.ours)
        return web.Response(text=text, content_type="text/html", headers=headers)
