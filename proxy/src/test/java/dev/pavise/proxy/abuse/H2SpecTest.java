package dev.pavise.proxy.abuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The conformance suite for HTTP/2 and HPACK in its strict mode. It is old and knows TLS 1.2 only, which so has to be asked for. */
final class H2SpecTest {
    private static final String BUNDLE = "/h2spec/2.2.0/h2spec_linux_amd64.tar.gz";
    private static final Pattern RESULT = Pattern.compile("(\\d+) tests, (\\d+) passed, (\\d+) skipped, (\\d+) failed");

    @TempDir
    Path folder;

    @Test
    void passesWhole() throws Exception {
        String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        assumeTrue(
                system.toLowerCase(Locale.ROOT).equals("linux amd64"),
                "the suite is a program for Linux on amd64, this is " + system);
        Path program = unpack();
        try (Stronghold gateway = Stronghold.start(folder, "tls: {min_version: \"1.2\"}\n")) {
            String port = Integer.toString(gateway.port());
            String report = run(List.of(
                    program.toString(), "-t", "-k", "-S", "-h", "127.0.0.1", "-p", port, "-P", "/health", "-o", "5"));
            Matcher result = RESULT.matcher(report);
            assertTrue(result.find(), report);
            assertEquals(List.of("0", "0"), List.of(result.group(3), result.group(4)), report);
            assertEquals(result.group(1), result.group(2), report);
            assertTrue(Integer.parseInt(result.group(1)) >= 146, report);
            gateway.assertSound();
        }
    }

    private String run(List<String> command) throws IOException, InterruptedException {
        Path report = folder.resolve("report");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(report.toFile())
                .start();
        try {
            assertTrue(process.waitFor(120, TimeUnit.SECONDS), () -> "unfinished: " + read(report));
        } finally {
            process.destroyForcibly();
        }
        return read(report);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }

    private Path unpack() throws IOException {
        Path program = folder.resolve("h2spec");
        try (InputStream packed = Objects.requireNonNull(getClass().getResourceAsStream(BUNDLE), BUNDLE)) {
            Files.write(program, onlyFile(new GZIPInputStream(packed).readAllBytes()));
        }
        assertTrue(program.toFile().setExecutable(true));
        return program;
    }

    /** The one file in an archive of the POSIX tar form: its size stands in octal at 124, blocks have 512 bytes. */
    private static byte[] onlyFile(byte[] archive) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(archive);
        List<byte[]> files = new ArrayList<>();
        while (true) {
            byte[] header = in.readNBytes(512);
            if (header.length < 512 || header[0] == 0) {
                assertEquals(1, files.size());
                return files.getFirst();
            }
            String size = new String(header, 124, 11, StandardCharsets.US_ASCII).strip();
            byte[] content = in.readNBytes(Integer.parseInt(size, 8));
            in.skipNBytes((512 - content.length % 512) % 512);
            if (header[156] == '0') {
                files.add(content);
            }
        }
    }
}
