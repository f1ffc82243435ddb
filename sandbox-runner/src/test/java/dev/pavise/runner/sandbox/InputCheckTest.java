package dev.pavise.runner.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.runner.run.Bytes;
import dev.pavise.runner.run.RunInput;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class InputCheckTest {
    private static Optional<String> check(List<String> args, Map<String, String> env) {
        return InputCheck.check(new RunInput(args, Bytes.EMPTY, env, Duration.ofSeconds(1)));
    }

    @Test
    void takesPlainInput() {
        assertEquals(Optional.empty(), check(List.of("", "--x=1", "ä\n\"'$(x)"), Map.of("CITY", "Zürich", "_x1", "")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LD_PRELOAD",
                "LD_LIBRARY_PATH",
                "GLIBC_TUNABLES",
                "PYTHONPATH",
                "PYTHONSTARTUP",
                "PERL5OPT",
                "RUBYOPT",
                "NODE_OPTIONS",
                "BASH_ENV",
                "ENV",
                "IFS",
                "PATH",
                "JAVA_TOOL_OPTIONS",
                "_JAVA_OPTIONS",
                "CLASSPATH",
                "GCONV_PATH",
                "",
                "1A",
                "A B",
                "A=B",
                "A-B",
                "ä"
            })
    void refusesVariable(String name) {
        assertTrue(check(List.of(), Map.of(name, "secret")).isPresent());
        assertFalse(check(List.of(), Map.of(name, "secret")).get().contains("secret"));
    }

    @Test
    void refusesWhatCannotBeHandedOver() {
        assertTrue(check(List.of("a\0b"), Map.of()).isPresent());
        assertTrue(check(List.of("\uD800"), Map.of()).isPresent());
        assertTrue(check(List.of("x".repeat(65_537)), Map.of()).isPresent());
        assertTrue(check(List.of("ä".repeat(40_000)), Map.of()).isPresent());
        assertTrue(check(Collections.nCopies(257, "x"), Map.of()).isPresent());
        assertTrue(check(Collections.nCopies(9, "x".repeat(65_000)), Map.of()).isPresent());
        assertTrue(check(List.of(), Map.of("A", "a\0--bind\0/\0/x")).isPresent());
        assertEquals(Optional.empty(), check(Collections.nCopies(8, "x".repeat(65_000)), Map.of()));
    }

    @Test
    void refusesTimeThatIsNone() {
        assertTrue(InputCheck.check(RunInput.of(Duration.ZERO)).isPresent());
        assertTrue(InputCheck.check(RunInput.of(Duration.ofSeconds(-1))).isPresent());
    }
}
