package dev.pavise.runner.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.runner.run.RunResult;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a tool can do, and what is said of it. */
final class NativeBackendTest {
    private static Sandbox sandbox;

    @BeforeAll
    static void open() throws IOException {
        sandbox = Sandbox.open();
    }

    @AfterAll
    static void close() throws IOException {
        if (sandbox != null) {
            sandbox.close();
        }
    }

    @Test
    void runsShellScript() throws IOException {
        RunResult result = sandbox.run(
                sandbox.script("#!/bin/sh\nread -r line\necho \"got $line $1\"; echo bad >&2; exit 7\n", "/bin/sh"),
                Sandbox.stdin("a word\n"));
        assertEquals("got a word \n", result.stdout().text());
        assertEquals("bad\n", result.stderr().text());
        assertEquals(7, result.exitCode());
        assertEquals(Set.of(), result.violations());
        assertTrue(result.peakMemoryBytes() > 0);
    }
}
