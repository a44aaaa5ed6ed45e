"""The errors that stop a command. Bad data in a record is never one of them: that is a finding."""

# What a command ends with. Programs rest on it: a number never changes its meaning.
EXIT_CODES = {
    0: "clean",
    1: "errors found, or work left undone",
    2: "usage or configuration",
    3: "a bug in hotwash",
    130: "interrupted",
}


class HotwashError(Exception):
    """What stopped the command, and what to do now.

    Attributes:
        message: What happened and where, one sentence without a full stop.
        hint: What to do next; empty when the message says it all.
        exit_code: 2, where a leaf is about usage, configuration or surroundings.
    """

    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(HotwashError):
    """The command line asks for something that cannot be."""


class ConfigurationError(HotwashError):
    """Policy, services or surroundings do not allow the command to run."""


class RepositoryError(HotwashError):
    """There is no repository of records here, or a part of it cannot be reached."""


class TrackerError(HotwashError):
    """The tracker refused, or could not be read or written."""


class EditRefused(HotwashError):  # noqa: N818 - a refusal, and no error of whoever asks or of ours
    """What was asked of a record cannot be, as it stands now; nothing was written."""

    exit_code = 1
