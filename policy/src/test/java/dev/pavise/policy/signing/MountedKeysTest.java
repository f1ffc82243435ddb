package dev.pavise.policy.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of trusted keys as Kubernetes mounts them: mode 1777, links through {@code ..data}, read-only. Real mounts, in a namespace of their own. */
final class MountedKeysTest {
    /** A volume at {@code $1}, and the same at {@code $2}, where it is mounted read-only. */
    private static final String MOUNT = """
            set -e
            mount -t tmpfs none "$1"
            mkdir "$1/..2026_11_22"
            cp "$3" "$1/..2026_11_22/release.pub"
            ln -s ..2026_11_22 "$1/..data"
            ln -s ..data/release.pub "$1/release.pub"
            chmod 1777 "$1"
            mount --bind "$1" "$2"
            mount -o remount,bind,ro "$2"
            """;

    /** Within a volume that is mounted read-only, one of the same file system that is not, at {@code $2/inner}. */
    private static final String WRITABLE_INSIDE = MOUNT + """
            mkdir "$1/inner" "$1/other"
            cp "$3" "$1/other/release.pub"
            chmod 1777 "$1/other"
            mount --bind "$1/other" "$2/inner"
            """;

    @TempDir
    private Path folder;

    private Path volume = Path.of("unset");
    private Path readOnly = Path.of("unset");

    @BeforeEach
    void makeFolders() throws Exception {
        assumeTrue(run("true").equals("[]"), "mounts cannot be made here");
        volume = Files.createDirectory(folder.resolve("volume"));
        readOnly = Files.createDirectory(folder.resolve("read-only"));
        Files.writeString(
                folder.resolve("key.pub"), SigningKey.generate().verifyKey().pem());
    }

    private String run(String script, String... folders) throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        String read = "exec '" + java + "' -cp '" + System.getProperty("java.class.path") + "' "
                + ReadTrusted.class.getName() + " " + String.join(" ", folders);
        Process process = new ProcessBuilder(
                        "unshare",
                        "-m",
                        "sh",
                        "-c",
                        script + "\n" + (folders.length == 0 ? "echo []" : read),
                        "sh",
                        volume.toString(),
                        readOnly.toString(),
                        folder.resolve("key.pub").toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        return said.strip();
    }

    @Test
    void believesAVolumeThatNobodyCanWriteHere() throws Exception {
        assertEquals("[release]", run(MOUNT, readOnly.toString()));
    }

    @Test
    void refusesTheSameVolumeWhereItCanBeWritten() throws Exception {
        assertTrue(run(MOUNT, volume.toString()).contains("can be written by every user"));
    }

    @Test
    void refusesAWritableMountInsideAReadOnlyOne() throws Exception {
        List<String> said = run(
                        WRITABLE_INSIDE,
                        readOnly.toString(),
                        readOnly.resolve("inner").toString())
                .lines()
                .toList();
        assertTrue(said.getLast().contains("can be written by every user"), said.toString());
    }
}
