package dev.pavise.proxy.cli;

import picocli.CommandLine.Option;

/** The option that says for whom a command prints: people, unless told otherwise. */
final class OutputOption {
    @Option(
            names = {"--output", "--format"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text (default) or json.")
    private ResultFormat format = ResultFormat.TEXT;

    ResultFormat format() {
        return format;
    }

    boolean json() {
        return format == ResultFormat.JSON;
    }
}
