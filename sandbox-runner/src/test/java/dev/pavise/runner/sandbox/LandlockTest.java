package dev.pavise.runner.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Without the filter and the namespaces, which would hold it all before Landlock is asked. */
final class LandlockTest {
    private Landlock landlock;

    @BeforeEach
    void openIt() throws IOException {
        landlock = Landlock.open();
        assumeTrue(landlock.isThere(), "this kernel has " + landlock.describe());
    }

    private static String run(Landlock landlock, String script, String... args)
            throws IOException, InterruptedException {
        return run(landlock, OptionalInt.empty(), script, args);
    }

    private static String run(Landlock landlock, OptionalInt port, String script, String... args)
            throws IOException, InterruptedException {
        try (Starter starter = new Starter()) {
            List<String> command = new ArrayList<>(List.of("/usr/bin/python3", "-c", script));
            command.addAll(List.of(args));
            Process process = starter.start("0123456789", command, landlock, port);
            String said = new String(process.getInputStream().readAllBytes());
            process.waitFor();
            return said;
        }
    }

    @Test
    void holdsWhatTheThreadStarts() throws IOException, InterruptedException {
        Sandbox.need("/usr/bin/python3", "python3");
        try (ServerSocket door = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String said = run(
                    landlock,
                    """
                    import os, socket, sys
                    def attempt(what):
                        try:
                            print("ESCAPED", what())
                        except OSError as refused:
                            print("held", refused.errno)
                    attempt(lambda: socket.create_connection(("127.0.0.1", int(sys.argv[1]))))
                    attempt(lambda: socket.socket().bind(("127.0.0.1", 0)))
                    attempt(lambda: os.kill(int(sys.argv[2]), 0))
                    os.kill(os.getpid(), 0)
                    """,
                    Integer.toString(door.getLocalPort()),
                    Long.toString(ProcessHandle.current().pid()));
            assertEquals("held 13\nheld 13\nheld 1\n", said);
        }
    }

    @Test
    void letsOnePortThroughAndNoOther() throws IOException, InterruptedException {
        Sandbox.need("/usr/bin/python3", "python3");
        try (ServerSocket door = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                ServerSocket other = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String said = run(
                    landlock,
                    OptionalInt.of(door.getLocalPort()),
                    """
                    import socket, sys
                    for port in sys.argv[1:]:
                        try:
                            socket.create_connection(("127.0.0.1", int(port))).close()
                            print("through")
                        except OSError as refused:
                            print("held", refused.strerror)
                    """,
                    Integer.toString(door.getLocalPort()),
                    Integer.toString(other.getLocalPort()));
            assertEquals("through\nheld Permission denied\n", said);
        }
    }

    @Test
    void holdsNobodyElse() throws IOException, InterruptedException {
        run(landlock, "");
        try (ServerSocket door = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Socket knock = new Socket(door.getInetAddress(), door.getLocalPort())) {
            assertTrue(knock.isConnected());
        }
    }

    @Test
    void wantsThreadThatIsTheKernels() throws InterruptedException {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread.ofVirtual()
                .start(() -> thrown.set(assertThrows(IllegalStateException.class, landlock::restrictThisThread)))
                .join();
        assertTrue(thrown.get() instanceof IllegalStateException);
    }

    @Test
    void saysWhenNothingCanBeStarted() {
        try (Starter starter = new Starter()) {
            assertThrows(IOException.class, () -> starter.start("0123456789", List.of("/no/such/program"), landlock));
        }
    }
}
