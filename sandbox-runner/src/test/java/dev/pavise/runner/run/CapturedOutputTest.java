package dev.pavise.runner.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.runner.run.Output.Stream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CapturedOutputTest {
    private static Limits limits(int kept, long all) {
        return new Limits(1, Duration.ofSeconds(1), Duration.ofSeconds(1), 0, kept, all, 1, 4);
    }

    private static boolean write(CapturedOutput output, Stream stream, String text) {
        byte[] bytes = ("__" + text).getBytes(StandardCharsets.UTF_8);
        return output.write(stream, bytes, 2, bytes.length - 2);
    }

    @Test
    void keepsTheBeginningAndHashesAll() {
        StringBuilder told = new StringBuilder();
        CapturedOutput output = new CapturedOutput(
                limits(4, 100), (stream, chunk) -> told.append(stream).append(chunk.text()));
        assertTrue(write(output, Stream.STDOUT, "abc"));
        assertFalse(output.truncated());
        assertTrue(write(output, Stream.STDOUT, "def"));
        assertTrue(write(output, Stream.STDERR, "x"));
        assertTrue(write(output, Stream.STDOUT, "ghi"));
        assertEquals("STDOUTabcSTDOUTdSTDERRx", told.toString());
        assertEquals("abcd", output.kept(Stream.STDOUT).text());
        assertEquals("x", output.kept(Stream.STDERR).text());
        assertTrue(output.truncated());
        // sha256(sha256("abcdefghi") || sha256("x")), from coreutils.
        assertEquals(HASH, output.hash());
        assertEquals(HASH, output.hash(), "asking changes nothing");
    }

    private static final String HASH = "8a118043c0eea022217ca330b65968f823a1e12ed26e0b7e600982fd3412a833";

    @Test
    void countsBothStreamsTogether() {
        CapturedOutput output = new CapturedOutput(limits(4, 8), Output.NONE);
        assertTrue(write(output, Stream.STDOUT, "1234"));
        assertTrue(write(output, Stream.STDERR, "5678"));
        assertFalse(output.exceeded());
        assertFalse(output.truncated());
        assertFalse(write(output, Stream.STDERR, "9"));
        assertTrue(output.exceeded());
        assertEquals("5678", output.kept(Stream.STDERR).text());
    }

    @Test
    void limitsArePositive() {
        Limits good = Limits.DEFAULT;
        assertThrows(IllegalArgumentException.class, () -> limits(0, 1));
        assertThrows(IllegalArgumentException.class, () -> limits(2, 1));
        assertThrows(IllegalArgumentException.class, () -> new Limits(0, good.cpu(), good.wall(), 0, 1, 1, 1, 4));
        assertThrows(IllegalArgumentException.class, () -> new Limits(1, Duration.ZERO, good.wall(), 0, 1, 1, 1, 4));
        assertThrows(
                IllegalArgumentException.class, () -> new Limits(1, good.cpu(), Duration.ofSeconds(-1), 0, 1, 1, 1, 4));
        assertThrows(IllegalArgumentException.class, () -> new Limits(1, good.cpu(), good.wall(), -1, 1, 1, 1, 4));
        assertThrows(IllegalArgumentException.class, () -> new Limits(1, good.cpu(), good.wall(), 0, 1, 1, 0, 4));
    }

    @Test
    void limitsAreLimits() {
        Limits good = Limits.DEFAULT;
        assertThrows(
                IllegalArgumentException.class,
                () -> new Limits(Long.MAX_VALUE, good.cpu(), good.wall(), 0, 1, 1, 1, 4));
        assertThrows(
                IllegalArgumentException.class, () -> new Limits(1, good.cpu(), Duration.ofDays(2), 0, 1, 1, 1, 4));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Limits(1, good.cpu(), good.wall(), 0, 1, 1, Integer.MAX_VALUE, 4));
    }

    @Test
    void waitingShortensAndNeverLengthens() {
        assertEquals(
                Duration.ofSeconds(3),
                Limits.DEFAULT.within(Duration.ofSeconds(3)).wall());
        assertEquals(Limits.DEFAULT, Limits.DEFAULT.within(Duration.ofHours(1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"relative", "/a/../b", "/", ""})
    void grantsAbsoluteNormalPaths(String path) {
        assertThrows(IllegalArgumentException.class, () -> new Grants(Set.of(Path.of(path)), Set.of(), List.of()));
        assertThrows(IllegalArgumentException.class, () -> new Grants(Set.of(), Set.of(Path.of(path)), List.of()));
    }

    @Test
    void inputShowsNoSecret() {
        RunInput input = new RunInput(
                List.of("s3cret"), Bytes.of("s3cret"), java.util.Map.of("KEY", "s3cret"), Duration.ofSeconds(1));
        assertFalse(input.toString().contains("s3cret"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-x", "a b", "a/b", "ä", "a\n"})
    void namesOfProgramsArePlain(String name) {
        assertThrows(
                IllegalArgumentException.class, () -> new Program(name, Path.of("/x"), "0".repeat(64), Grants.NONE));
        assertThrows(
                IllegalArgumentException.class, () -> new Program("x", Path.of("/x"), "A".repeat(64), Grants.NONE));
    }
}
