"""Who is behind a pseudonym: for whoever has the accounts and the key of pseudonyms."""

from pathlib import Path

from annotate.label_studio.connection import server_name
from annotate.privacy.pseudonyms import identity, read_key
from annotate.server.accounts import ADMIN, accounts
from annotate.server.databases import user_numbers
from annotate.server.process import StudioConfig


def account_pseudonyms(config: StudioConfig, key_file: Path) -> dict[str, str]:
    """Name of an account -> its pseudonym, for everybody to whom a pull gave one.

    Raises:
        InputError: The key file is broken.
        ServerError: The server's database cannot be read.
    """
    everybody, key = accounts(config.folder), read_key(key_file)
    if not everybody or not key:
        return {}
    server = server_name(everybody[ADMIN].token)
    numbers = user_numbers(config.folder, config.program)
    return {
        name: key[person]
        for name, account in everybody.items()
        if (person := identity(server, numbers.get(account.email, 0))) in key
    }
