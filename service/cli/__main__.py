"""`python -m service.cli` is `closeout`."""

from service.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
