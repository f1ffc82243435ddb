package dev.pavise.runner.wasm;

import dev.pavise.runner.run.RunInput;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What callers may give to a run. */
final class Inputs {
    private static final int MOST_TEXT = 128 * 1024;
    private static final int MOST_STDIN = 16 * 1024 * 1024;

    private Inputs() {}

    /** What is wrong with it; empty when nothing is. */
    static Optional<String> wrongWith(RunInput input) {
        if (!input.timeout().isPositive()) return Optional.of("the timeout is not a positive time");
        if (input.stdin().length() > MOST_STDIN) return Optional.of("stdin is longer than " + MOST_STDIN + " bytes");
        long text = 0;
        for (String argument : input.args()) {
            if (argument.indexOf('\0') >= 0) return Optional.of("an argument holds a NUL character");
            text += length(argument);
        }
        for (var variable : input.env().entrySet()) {
            String name = variable.getKey();
            if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
                return Optional.of("the name of a variable is empty, or holds '=' or a NUL character");
            }
            if (variable.getValue().indexOf('\0') >= 0) return Optional.of("a variable holds a NUL character");
            text += length(name) + length(variable.getValue());
        }
        if (text > MOST_TEXT)
            return Optional.of("arguments and variables together are longer than " + MOST_TEXT + " bytes");
        return Optional.empty();
    }

    private static long length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length + 1L;
    }
}
