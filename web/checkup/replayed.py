"""One talk looked at with its person's own code: whether it equals the replay of its inputs."""

from bot.errors import MakeroomError, NoSuchTalk
from web.app import open_store
from web.checkup.verdict import Verdict, good
from web.config import Config
from web.ledger import Ledger
from web.oracle import is_replay
from web.shelf import Shelf, read_library
from web.store.base import Store
from web.twenty import decode
from web.vault import Vault

TOPIC = "replay"
ADVICE = "copy the store before anything else, and tell the maintainers which version runs"


async def look(config: Config, code: str) -> Verdict:
    """Open a talk by its return code, or its token, and lead it once more from its beginning."""
    token = code.strip() if len(code.split()) == 1 else decode(code).token
    if not token:
        return Verdict(TOPIC, "error", "this is no return code.", "write its twenty words")
    try:
        store = open_store(config)
        try:
            return await _judged(store, config, token)
        finally:
            await store.close()
    except NoSuchTalk:
        return Verdict(TOPIC, "error", "no talk belongs to this code.", "it may be forgotten")
    except MakeroomError as error:
        return Verdict(TOPIC, "error", str(error), ADVICE)


async def _judged(store: Store, config: Config, token: str) -> Verdict:
    await store.open()
    ledger, shelf = Ledger(store, Vault(token)), Shelf(store, read_library(config.dialogs))
    found = await ledger.open()
    script = await shelf.held(found.bundle, found.position.session)
    if await is_replay(ledger, script):
        return good(
            TOPIC, f"the talk equals the replay of its inputs, {found.position.head} events."
        )
    return Verdict(TOPIC, "error", "the talk differs from the replay of its inputs.", ADVICE)
