"""The command line: words in, one result out. Exit code 0 done, 1 a negative answer, 2 the call or its input is wrong."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from bot.cli import connect, delivery, doctor, doubts, memory, screen, serve, texts
from bot.cli.app import app
from bot.errors import NewsdeltaError
from bot.render.fit import safe

__all__ = ["app", "connect", "delivery", "doctor", "doubts", "main", "memory", "serve", "texts"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and returns its exit code; what goes wrong becomes one sentence on standard error."""
    screen.speak_any_script()
    try:
        code = app(
            list(sys.argv[1:] if arguments is None else arguments) or ["--help"], standalone_mode=False
        )
    except BrokenPipeError:
        screen.fall_silent()
        return 0
    except KeyboardInterrupt:
        return 130
    except NewsdeltaError as error:
        return _refuse(str(error))
    except typer.TyperException as error:
        if (
            type(error).__name__ == "NoArgsIsHelpError"
        ):  # which Typer keeps to itself, and whose words are the help
            sys.stderr.write(error.format_message() + "\n")
            return 2
        return _refuse(f"{error.format_message().rstrip('.')}. See: newsdelta --help")
    except OSError as error:
        return _refuse(
            f"The result can't be written ({error.strerror or error}): make room, or print it elsewhere."
        )
    except Exception as error:  # noqa: BLE001 - because no traceback may reach a user
        return _refuse(f"This should not have happened ({type(error).__name__}: {error}). Please report it.")
    return code if isinstance(code, int) else 0


def _refuse(sentence: str) -> int:
    sys.stderr.write(safe(sentence) + "\n")
    return 2
