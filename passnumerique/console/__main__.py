"""The command line, `passnum`: the house's own commands, and Django's beside them."""

import os
import sys


def main() -> None:
    """Run the command named by the arguments; alone, list the house's own commands."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passnumerique.config.settings")
    from django.core.management import execute_from_command_line

    if len(sys.argv) == 1:
        print(own_commands())
    else:
        execute_from_command_line(["passnum", *sys.argv[1:]])


def own_commands() -> str:
    """Each command of the house with its one line of help, and where to find the others."""
    import django
    from django.core.management import get_commands, load_command_class

    django.setup()
    own = {
        name: load_command_class(app, name).help
        for name, app in sorted(get_commands().items())
        if isinstance(app, str) and app.startswith("passnumerique.")
    }
    width = max(map(len, own), default=0)
    lines = [f"  passnum {name:<{width}}  {help_line}" for name, help_line in own.items()]
    return "\n".join(["passnum COMMAND [--help]", "", *lines, "", "Django's commands too: passnum help"])


if __name__ == "__main__":
    main()
