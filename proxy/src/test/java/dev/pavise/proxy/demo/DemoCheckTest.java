package dev.pavise.proxy.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class DemoCheckTest {
    @TempDir
    Path folder;

    @Test
    void playsSixBeats() throws Exception {
        List<DemoCheck.Beat> told = new ArrayList<>();

        List<DemoCheck.Beat> beats = new DemoCheck(told::add).play(folder.resolve("demo"), 0);

        assertEquals(told, beats);
        assertEquals(6, beats.size());
        assertTrue(beats.stream().allMatch(DemoCheck.Beat::passed), beats::toString);
        assertTrue(beats.get(2).seen().contains("file:write"), beats.get(2)::toString);
        assertTrue(beats.get(5).seen().contains("changed record"), beats.get(5)::toString);
    }

    @Test
    void guidesWithWhatRunsHere() throws Exception {
        try (Demo demo = Demo.start(folder.resolve("demo"), 0)) {
            String guide = demo.guide();

            assertTrue(guide.contains(demo.url()), guide);
            assertTrue(guide.contains(demo.operatorToken()), guide);
            assertTrue(guide.contains(folder.resolve("demo/ca.crt").toString()), guide);
        }
    }

    @Test
    void startsAgainInTheSameFolder() throws Exception {
        Path place = folder.resolve("demo");
        String first;
        try (Demo demo = Demo.start(place, 0)) {
            first = demo.operatorToken();
        }
        try (Demo demo = Demo.start(place, 0)) {
            assertEquals(first, demo.operatorToken());
        }
    }

    @Test
    void keepsItsFilesToItsOwner() throws Exception {
        Path place = folder.resolve("demo");
        Demo.start(place, 0).close();

        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(place)));
        for (String name : List.of("pavise.yaml", "issuer.secret", "operator.token")) {
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(place.resolve(name))),
                    name);
        }
    }

    @Test
    void saysWhenThePortIsTaken() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            DemoFailure failure =
                    assertThrows(DemoFailure.class, () -> Demo.start(folder.resolve("demo"), other.getLocalPort()));

            assertEquals(
                    "port " + other.getLocalPort() + " on 127.0.0.1 is in use; name another one by --port",
                    failure.getMessage());
            assertFalse(Files.exists(folder.resolve("demo")));
        }
    }
}
