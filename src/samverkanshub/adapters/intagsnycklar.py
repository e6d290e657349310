"""The keys that actors' systems seal events to: files `<number>.<day>.<start of its id>.pem`, for their owner alone.

The last by name is the one in use; the others open what was sealed to them before. They are read when they are asked
for, so that a key that is put there, or taken away, is at once or at once no more.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from samverkanshub.adapters.files import write_atomically
from samverkanshub.codec.forseglat import CURVE
from samverkanshub.domain.errors import Halt

ID_DIGITS: Final = 8
_CODE: Final = "fel-intagsnyckel"


def make_key(directory: Path, day: str) -> Path:
    """A new key in use from now on (`day`: ISO); returns its file (0600). Nothing is overwritten."""
    key = ECKey.generate_key(CURVE, private=True)
    path = directory / f"{_next(directory):04d}.{day}.{key.thumbprint()[:ID_DIGITS]}.pem"
    write_atomically(path, key.as_pem(private=True), mode=0o600)
    return path


def _next(directory: Path) -> int:
    """After every other, also where a second is made on one day."""
    numbers = (path.name.partition(".")[0] for path in directory.glob("*.pem"))
    return max((int(number) for number in numbers if number.isdecimal()), default=0) + 1


class IntakeKeys:
    """The keys in a directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def private(self) -> Mapping[str, ECKey]:
        """Every key by id, the one in use last. `Halt` (`fel-intagsnyckel`): none, or a file that is none."""
        keys = [_read(path) for path in sorted(self._directory.glob("*.pem"))]
        if not keys:
            raise Halt("`SAMVERKAN_INTAGSNYCKLAR` has no key", code=_CODE)
        return {key.thumbprint(): key for key in keys}

    def public(self) -> str:
        """The public half of the key in use, as a JWK (RFC 7517), for the actors. Raises as `private`."""
        key = list(self.private().values())[-1]
        return json.dumps(key.as_dict(private=False, kid=key.thumbprint(), use="enc"), sort_keys=True)


def _read(path: Path) -> ECKey:
    try:
        key = ECKey.import_key(path.read_bytes())
        if key.is_private and key.curve_name == CURVE:
            return key
    except (OSError, ValueError, TypeError, JoseError):
        pass
    raise Halt(f"`{path.name}` in `SAMVERKAN_INTAGSNYCKLAR` is no private key on {CURVE}", code=_CODE)
