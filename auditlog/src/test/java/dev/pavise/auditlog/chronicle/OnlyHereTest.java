package dev.pavise.auditlog.chronicle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OnlyHereTest {
    @Test
    void noOtherPackageKnowsChronicle() throws IOException {
        Path classes = Path.of(ChronicleSegment.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath());
        try (Stream<Path> files = Files.walk(classes)) {
            List<Path> knowing = files.filter(file -> file.toString().endsWith(".class"))
                    .filter(OnlyHereTest::names)
                    .toList();
            assertTrue(!knowing.isEmpty());
            assertEquals(
                    List.of(),
                    knowing.stream()
                            .filter(file -> !file.toString().contains("auditlog/chronicle/"))
                            .toList());
        }
    }

    private static boolean names(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains("net/openhft");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
