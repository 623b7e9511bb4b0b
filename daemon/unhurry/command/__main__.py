"""`python -m unhurry.command`: the command line without the installed script."""

from unhurry.command import main

main()
