package dev.imprint.app.users;

import picocli.CommandLine.Command;

@Command(
    name = "users",
    description = "Print lines for the settings that say who may use the page.",
    subcommands = {UsersPasswordCommand.class, UsersTokenCommand.class})
public final class UsersCommand {}
