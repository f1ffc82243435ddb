package dev.pavise.proxy.cli;

import java.time.Duration;
import picocli.CommandLine.Option;

/** What all commands take that issue a certificate. */
final class IssueOptions {
    @Option(names = "--days", paramLabel = "N", defaultValue = "90", description = "How long (default: 90).")
    private int days;

    @Option(names = "--force", description = "Replaces files that are there.")
    private boolean force;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "What is printed: text (default) or json.")
    private ResultFormat format = ResultFormat.TEXT;

    Duration life() {
        return CaOptions.days("--days", days);
    }

    boolean force() {
        return force;
    }

    ResultFormat format() {
        return format;
    }
}
