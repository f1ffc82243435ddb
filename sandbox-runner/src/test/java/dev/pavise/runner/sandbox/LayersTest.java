package dev.pavise.runner.sandbox;

import static dev.pavise.runner.sandbox.Sandbox.args;
import static dev.pavise.runner.sandbox.Sandbox.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pavise.runner.run.Grants;
import dev.pavise.runner.run.Program;
import dev.pavise.runner.run.Unsigned;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each layer holds by itself: the attempts once more with the filter of system calls taken away, and with nothing but the filter. */
final class LayersTest {
    private static Sandbox sandbox;
    private static Path filter;

    /** Its filter is kept, and gives way to one that allows all. */
    @BeforeAll
    static void open() throws IOException {
        sandbox = Sandbox.open();
        Path used = sandbox.folder().resolve("runner").resolve(Sockets.NONE.file());
        filter = Files.copy(used, sandbox.folder().resolve("filter"));
        Files.write(used, ALLOW_ALL);
        Files.write(sandbox.folder().resolve("runner").resolve(Sockets.CLIENT.file()), ALLOW_ALL);
    }

    @AfterAll
    static void close() throws IOException {
        if (sandbox != null) {
            sandbox.close();
        }
    }

    /** Attempts after which something was possible, by their names. */
    private static Set<String> possible(String text) {
        return text.lines()
                .filter(line -> line.startsWith("ESCAPED "))
                .map(line -> line.substring("ESCAPED ".length()).replaceAll(" -?\\d+$", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static final byte[] ALLOW_ALL = ByteBuffer.allocate(8)
            .order(ByteOrder.nativeOrder())
            .putShort((short) 6) // BPF_RET | BPF_K
            .putShort((short) 0)
            .putInt(Seccomp.ALLOW)
            .array();

    private static RunResultText withoutFilter(String... attempt) throws IOException, InterruptedException {
        String text = text(sandbox.run(sandbox.probe(), args(attempt)));
        return new RunResultText(text, possible(text));
    }

    private record RunResultText(String text, Set<String> possible) {}

    /**
     * Namespaces, capabilities, mounts and limits hold alone what leads out. What is left of {@code possible} is what the filter alone
     * takes: doors of the kernel within the sandbox, none of them out of it.
     */
    @ParameterizedTest
    @CsvSource({
        "files, ''",
        "mounts, ''",
        "namespaces, ''",
        "images, ''",
        "limits, ''",
        "environment, ''",
        "privileges, 'chmod setgid,chmod setuid,create setuid,fchmodat,fchmodat2,mknod setuid,named pipe'"
    })
    void holdsWithoutTheFilter(String attempt, String left) throws IOException, InterruptedException {
        RunResultText seen = withoutFilter(attempt);
        Set<String> expected = left.isEmpty() ? Set.of() : new TreeSet<>(List.of(left.split(",", -1)));
        assertEquals(expected, seen.possible(), seen::text);
    }

    @Test
    void reachesNobodyWithoutTheFilter() throws IOException, InterruptedException {
        RunResultText seen =
                withoutFilter("signals", Long.toString(ProcessHandle.current().pid()));
        assertEquals(Set.of(), seen.possible(), seen::text);
        assertTrue(seen.text().contains("held signal to the runner"), seen::text);
    }

    /** Sockets can be made, but lead nowhere. */
    @Test
    void hasNoNetworkWithoutTheFilter() throws IOException, InterruptedException {
        RunResultText seen = withoutFilter("sockets");
        assertTrue(seen.text().contains("device lo"), seen::text);
        assertTrue(seen.text().contains("routes 0"), seen::text);
        assertEquals(
                Set.of(),
                seen.possible().stream()
                        .filter(Set.of("raw", "packet", "raw6", "xdp", "connect")::contains)
                        .collect(Collectors.toSet()),
                seen::text);
    }

    /** Landlock does not look at fast open, so that without the filter there is nothing but the namespace before a port of the host. */
    @Test
    void networkNamespaceHoldsAlone() throws IOException, InterruptedException {
        Sandbox.need("/usr/bin/socat", "socat");
        Program probe = sandbox.probe();
        Program program = Unsigned.program(
                "probe", probe.content(), probe.sha256(), new Grants(Set.of(), Set.of(), List.of("host.invalid:443")));
        try (ServerSocket port = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"))) {
            port.setSoTimeout(1);
            String seen = text(sandbox.run(program, args("bent", Integer.toString(port.getLocalPort()))));
            assertTrue(seen.contains("held fast open ECONNREFUSED"), seen);
            assertTrue(seen.contains("held connect to metadata"), seen);
            assertThrows(SocketTimeoutException.class, port::accept);
        }
    }

    /** The filter, in a bubblewrap that takes nothing away: all of the host's folders, its processes and its network. */
    @ParameterizedTest
    @CsvSource({"mounts", "namespaces", "sockets", "terminal", "kernel"})
    void filterHoldsAlone(String attempt) throws IOException, InterruptedException {
        assumeTrue(Users.own() == 0, "only root can give it another user");
        Path probe = sandbox.probe().content();
        Path reachable = Files.createTempFile("pavise-probe", "");
        try {
            Files.copy(probe, reachable, StandardCopyOption.REPLACE_EXISTING);
            Files.setPosixFilePermissions(reachable, PosixFilePermissions.fromString("rwxr-xr-x"));
            List<String> command = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" 9<\"$0\"", filter.toString()));
            command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"));
            command.addAll(List.of("bwrap", "--dev-bind", "/", "/", "--seccomp", "9", "--", reachable.toString()));
            command.add(attempt);
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            try (InputStream output = process.getInputStream()) {
                String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
                assertEquals(0, process.waitFor(), text);
                assertEquals(Set.of(), possible(text), text);
                assertTrue(text.contains("held "), text);
            }
        } finally {
            Files.delete(reachable);
        }
    }
}
