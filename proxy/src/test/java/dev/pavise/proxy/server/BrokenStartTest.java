package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A start that an error ends, such as a class that lacks or cannot be read, leaves no process behind that never serves. */
class BrokenStartTest {
    @TempDir
    Path folder;

    /** Wanted before the doors open, while they do, and afterwards; the last two also for the end. */
    @ParameterizedTest
    @ValueSource(strings = {"Redactor", "Listeners", "Announcement", "Shipping"})
    void endsTheProcessWhenAClassCannotBeRead(String name) throws Exception {
        Path file = folder.resolve("pavise.yaml");
        Files.writeString(
                file,
                "listen: {https: \"127.0.0.1:0\"}\ndata_dir: " + folder.resolve("data") + "\nhosts: [localhost]\n");
        Path broken = folder.resolve("broken/dev/pavise/proxy/server/" + name + ".class");
        Files.createDirectories(broken.getParent());
        Files.writeString(broken, "no class");

        int code = GatewayProcess.exitOf(file, List.of("-Xbootclasspath/a:" + folder.resolve("broken")));

        String said = Files.readString(folder.resolve("gateway.log"));
        assertEquals(1, code, said);
        assertTrue(said.contains("pavise: the gateway cannot run: java.lang.ClassFormatError: "), said);
        assertTrue(said.contains("dev/pavise/proxy/server/" + name), said);
        assertFalse(said.contains(TestGateway.TOKEN), said);
    }

    @Test
    void leavesNothingOpenWhenAnErrorEndsIt() throws Exception {
        NoClassDefFoundError failure = new NoClassDefFoundError("of a test");
        Start.Opening opening = settings -> {
            throw failure;
        };

        assertSame(
                failure, assertThrows(Error.class, () -> TestGateway.startOn(opening, folder, "hosts: [localhost]\n")));

        // What keys are kept in can be opened by one alone.
        try (TestGateway gateway = TestGateway.start(folder, "hosts: [localhost]\n")) {
            assertTrue(gateway.port() > 0);
        }
    }
}
