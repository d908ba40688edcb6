"""Django's own commands, for development; `dure` is the command line of an installation."""

import os
import sys

from dure.site import boot

if __name__ == "__main__":
    os.environ["DATABASE_URL"] = boot.database_url()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.site.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
