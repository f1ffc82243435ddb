package dev.pavise.deploy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GatewayImageTest {
    private static final Instant TIME = Instant.parse("2026-11-01T00:00:00Z");
    private static final GatewayImage IMAGE = new GatewayImage("pavise:1", "1", "amd64", TIME);

    @TempDir
    Path folder;

    @Test
    void givesTheSameBytesForTheSameFilesElsewhereAndLater() throws Exception {
        Path one = tree("one");
        Path other = tree("other/place");
        Files.setLastModifiedTime(other.resolve("app/opt/pavise/a.jar"), FileTime.from(Instant.EPOCH));
        Files.setPosixFilePermissions(other.resolve("app/pavise"), PosixFilePermissions.fromString("rw-------"));

        byte[] first = written(one);
        byte[] second = written(other);

        assertArrayEquals(first, second);
    }

    @Test
    void keepsNoOwnerModeOrTimeOfTheMachine() throws Exception {
        Path tree = tree("one");
        Files.setPosixFilePermissions(tree.resolve("base/bin/java"), PosixFilePermissions.fromString("rwxrwxrwx"));

        Map<String, TarArchiveEntry> entries = entries(files(written(tree)), 0);

        assertEquals("755 0:0", told(entries, "bin/java"));
        assertEquals("644 0:0", told(entries, "etc/passwd"));
        assertEquals("777 0:0", told(entries, "tmp/"));
        assertEquals("700 65532:65532", told(entries, "var/lib/pavise/"));
        assertEquals(TIME, entries.get("etc/passwd").getLastModifiedTime().toInstant());
    }

    @Test
    void saysWhoRunsWhatWithoutAShell() throws Exception {
        JsonNode config = config(files(written(tree("one"))));

        assertEquals("65532:65532", config.at("/config/User").asText());
        assertEquals(
                "[\"/opt/java/bin/java\",\"@/pavise\"]",
                config.at("/config/Entrypoint").toString());
        assertTrue(config.at("/config/Env").toString().contains("MALLOC_ARENA_MAX=2"));
        assertEquals(
                "1",
                config.at("/config/Labels")
                        .get("org.opencontainers.image.version")
                        .asText());
        assertEquals("2026-11-01T00:00:00Z", config.at("/created").asText());
    }

    @Test
    void refusesALinkInsteadOfStoringWhatItLeadsTo() throws Exception {
        Path tree = tree("one");
        Files.createSymbolicLink(tree.resolve("base/etc/shadow"), Path.of("/etc/shadow"));

        IOException refused = assertThrows(IOException.class, () -> written(tree));

        assertTrue(refused.getMessage().contains("etc/shadow"), refused.getMessage());
    }

    private Path tree(String name) throws IOException {
        Path root = folder.resolve(name);
        for (String each : List.of("base/bin", "base/etc", "base/tmp", "base/var/lib/pavise", "app/opt/pavise")) {
            Files.createDirectories(root.resolve(each));
        }
        Files.writeString(root.resolve("base/bin/java"), "a program");
        Files.setPosixFilePermissions(root.resolve("base/bin/java"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(root.resolve("base/etc/passwd"), "root");
        Files.writeString(root.resolve("app/pavise"), "-cp x");
        Files.writeString(root.resolve("app/opt/pavise/a.jar"), "a");
        return root;
    }

    private byte[] written(Path tree) throws Exception {
        Path archive = Files.createTempFile(folder, "image", ".tar");
        IMAGE.write(
                archive,
                List.of(tree.resolve("base"), tree.resolve("app")),
                Files.createTempDirectory(folder, "scratch"));
        return Files.readAllBytes(archive);
    }

    private static Map<String, byte[]> files(byte[] archive) throws IOException {
        Map<String, byte[]> files = new HashMap<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(archive))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                files.put(entry.getName(), tar.readAllBytes());
            }
        }
        return files;
    }

    private static JsonNode manifest(Map<String, byte[]> files) throws IOException {
        JsonNode index = new ObjectMapper().readTree(files.get("index.json"));
        return blob(files, index.at("/manifests/0/digest").asText());
    }

    private static JsonNode config(Map<String, byte[]> files) throws IOException {
        return blob(files, manifest(files).at("/config/digest").asText());
    }

    private static JsonNode blob(Map<String, byte[]> files, String digest) throws IOException {
        return new ObjectMapper().readTree(files.get("blobs/" + digest.replace(':', '/')));
    }

    private static Map<String, TarArchiveEntry> entries(Map<String, byte[]> files, int layer) throws IOException {
        String digest = manifest(files).at("/layers/" + layer + "/digest").asText();
        byte[] packed = files.get("blobs/" + digest.replace(':', '/'));
        Map<String, TarArchiveEntry> entries = new TreeMap<>();
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new GZIPInputStream(new ByteArrayInputStream(packed)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                entries.put(entry.getName(), entry);
            }
        }
        return entries;
    }

    private static String told(Map<String, TarArchiveEntry> entries, String name) {
        TarArchiveEntry entry = entries.get(name);
        return Integer.toOctalString(entry.getMode() & 07777) + " " + entry.getLongUserId() + ":"
                + entry.getLongGroupId();
    }
}
