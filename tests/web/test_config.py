"""Options: each bad value is one sentence that names the option."""

from pathlib import Path
from typing import Any

import pytest

from bot.errors import ConfigError
from web.config import default_dialogs, read_config


def test_the_defaults() -> None:
    """Without options: this machine only, limits on, a file in the person's data folder."""
    config = read_config()
    assert (config.host, config.port, config.limits) == ("127.0.0.1", 8080, True)
    assert config.store == f"sqlite:{config.data / 'makeroom.sqlite3'}"
    assert config.dialogs == default_dialogs()
    assert config.url == "http://127.0.0.1:8080"


def test_an_address_in_brackets() -> None:
    """An IPv6 address can be opened as it is printed."""
    assert read_config(host="::1", port=9).url == "http://[::1]:9"


@pytest.mark.parametrize(
    ("store", "url"),
    [
        ("memory:", "memory:"),
        ("sqlite:/a/b.db", "sqlite:/a/b.db"),
        ("sqlite:///a/b.db", "sqlite:/a/b.db"),
        ("sqlite:b.db", "sqlite:b.db"),
    ],
)
def test_stores(store: str, url: str) -> None:
    """A store is named by its kind and place."""
    assert read_config(store=store).store == url


@pytest.mark.parametrize(
    "options",
    [
        {"port": -1},
        {"port": 65_536},
        {"workers": 0},
        {"workers": 2},
        {"workers": 2, "store": "memory:"},
        {"store": "mysql://x"},
        {"store": "sqlite:"},
        {"store": "nothing"},
        {"dialogs": "/nowhere/at/all"},
        {"embed_on": ["example.org"]},
        {"embed_on": ["https://example.org/path"]},
        {"embed_on": ["https://*.example.org"]},
        {"embed_on": ["https://user@example.org"]},
        {"embed_on": ["https://a.example; script-src *"]},
        {"embed_on": ["javascript:alert(1)"]},
        {"embed_on": ["'self'"]},
        {"trusted_proxy": ["everybody"]},
        {"trusted_proxy": ["10.0.0.0/99"]},
        {"limits": "maybe"},
        {"limits": "off", "host": "0.0.0.0"},
        {"limits": "off", "host": "example.org"},
    ],
    ids=str,
)
def test_bad_values_are_told_in_one_sentence(options: dict[str, Any]) -> None:
    """The sentence names the option, and is one line."""
    with pytest.raises(ConfigError) as caught:
        read_config(**options)
    sentence = str(caught.value)
    assert "--" + next(iter(options)).replace("_", "-") in sentence
    assert "\n" not in sentence


def test_what_is_fine(tmp_path: Path) -> None:
    """Sites, proxies and folders are taken as they are meant."""
    config = read_config(
        data=str(tmp_path),
        embed_on=["https://a.example", "http://b.example:81/"],
        trusted_proxy=["10.0.0.1", "fd00::/8"],
        limits="off",
    )
    assert config.embed_on == ("https://a.example", "http://b.example:81")
    assert [str(network) for network in config.trusted_proxy] == ["10.0.0.1/32", "fd00::/8"]
    assert not config.limits
