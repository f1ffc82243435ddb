package dev.pavise.runner.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What bubblewrap writes to {@code --json-status-fd}. It names an exit code only if the tool was started, which tells a tool that failed
 * from a sandbox that did; the tool has no descriptor of it.
 */
final class Status {
    private static final Pattern EXIT_CODE = Pattern.compile("\"exit-code\"\\s*:\\s*(\\d{1,3})\\b");

    private Status() {}

    /** The tool's exit code, if it started and ended by itself or by a signal of its own kind. */
    static OptionalInt exitCode(Path status) throws IOException {
        Matcher found = EXIT_CODE.matcher(Files.readString(status, StandardCharsets.UTF_8));
        return found.find() ? OptionalInt.of(Integer.parseInt(found.group(1))) : OptionalInt.empty();
    }
}
