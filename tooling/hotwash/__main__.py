"""`python -m hotwash`, and the `hotwash` command."""

from hotwash.cli import main

if __name__ == "__main__":
    main()
