package dev.pavise.runner.sandbox;

import static dev.pavise.runner.sandbox.Sandbox.SMALL;
import static dev.pavise.runner.sandbox.Sandbox.args;
import static dev.pavise.runner.sandbox.Sandbox.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.pavise.runner.run.Grants;
import dev.pavise.runner.run.Output;
import dev.pavise.runner.run.Program;
import dev.pavise.runner.run.RefusalCode;
import dev.pavise.runner.run.RunResult;
import dev.pavise.runner.run.Running;
import dev.pavise.runner.run.Unsigned;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a manifest grants of the host, and nothing beside it. */
final class NativeGrantTest {

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
    void readsAndWritesOnlyWhatIsGranted() throws IOException {
        Path input = Files.createDirectory(sandbox.folder().resolve("input"));
        Path output = Files.createDirectory(sandbox.folder().resolve("output"));
        openToTools(sandbox.folder(), input, output);
        Files.writeString(input.resolve("question"), "6 x 7");
        Files.createSymbolicLink(input.resolve("link"), Path.of("/etc/shadow"));
        Program program = sandbox.script("""
                #!/bin/sh
                cd "$1" && read -r question <question || [ -n "$question" ]
                echo "$question = 42" >"$2/answer"
                (echo spoilt >"$1/question") 2>&1
                (read -r secret <"$1/link" && echo "ESCAPED $secret") 2>&1
                (echo x >"$2/../other") 2>&1
                exit 0
                """, new Grants(Set.of(Path.of("/bin/sh"), input), Set.of(output), List.of()));
        RunResult result = sandbox.run(program, args(input.toString(), output.toString()));
        assertEquals("6 x 7 = 42\n", Files.readString(output.resolve("answer")), () -> text(result));
        assertEquals("6 x 7", Files.readString(input.resolve("question")));
        assertFalse(text(result).contains("ESCAPED"), () -> text(result));
        assertFalse(Files.exists(sandbox.folder().resolve("other")));
    }

    private static void openToTools(Path... folders) throws IOException {
        for (Path folder : folders) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwx--x"));
            if (Users.own() == 0) {
                Files.setAttribute(folder, "unix:gid", Settings.FREE_USERS);
            }
        }
    }

    @Test
    void hardLinkOutOfGrantedFolderCannotBeMade() throws IOException, InterruptedException {
        Path shared = Files.createDirectory(sandbox.folder().resolve("shared"));
        openToTools(sandbox.folder(), shared);
        Program probe = sandbox.probe();
        Program program = Unsigned.program(
                "probe", probe.content(), probe.sha256(), new Grants(Set.of(), Set.of(shared), List.of()));
        RunResult result = sandbox.run(
                program,
                args("link", "/etc/ld.so.cache", shared.resolve("cache").toString()));
        assertEquals("held link EXDEV\n", text(result));
    }

    @Test
    void refusesGrantThatAnotherRunCouldTurn() throws IOException, InterruptedException {
        Path outer = Files.createDirectory(sandbox.folder().resolve("outer"));
        Path inner = Files.createDirectory(outer.resolve("inner"));
        Program probe = sandbox.probe();
        Program writer = Unsigned.program(
                "writer", probe.content(), probe.sha256(), new Grants(Set.of(), Set.of(outer), List.of()));
        Program reader = Unsigned.program(
                "reader", probe.content(), probe.sha256(), new Grants(Set.of(inner), Set.of(), List.of()));
        openToTools(sandbox.folder(), outer, inner);
        Running running = sandbox.start(writer, args("stubborn"), SMALL, Output.NONE);
        assertEquals(
                RefusalCode.GRANT_UNSAFE, sandbox.refused(reader, args("files")).code());
        running.cancel();
        Sandbox.result(running);
        assertEquals(0, sandbox.run(reader, args("files")).exitCode());
    }

    /** Both doors stand open on the host while the tool knocks. */
    @Test
    void reachesNoDoorOfTheHost() throws IOException {
        Sandbox.need("/usr/bin/python3", "python3");
        try (ServerSocket loopback = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                ServerSocketChannel local = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            Path door = sandbox.folder().resolve("door");
            local.bind(UnixDomainSocketAddress.of(door));
            local.configureBlocking(false);
            loopback.setSoTimeout(1);
            Program program = sandbox.script("""
                    #!/usr/bin/python3
                    import socket, sys
                    def knock(family, where):
                        try:
                            with socket.socket(family) as door:
                                door.settimeout(2)
                                door.connect(where)
                            print("ESCAPED", where)
                        except OSError as refused:
                            print("held", refused.strerror)
                    knock(socket.AF_INET, ("127.0.0.1", int(sys.argv[1])))
                    knock(socket.AF_INET, ("169.254.169.254", 80))
                    knock(socket.AF_INET6, ("::1", int(sys.argv[1])))
                    knock(socket.AF_UNIX, sys.argv[2])
                    knock(socket.AF_UNIX, "\\0" + sys.argv[2])
                    """, new Grants(Set.of(Path.of("/usr/bin/python3")), Set.of(), List.of()));
            RunResult result = sandbox.run(program, args(Integer.toString(loopback.getLocalPort()), door.toString()));
            assertEquals("held Operation not permitted\n".repeat(5), text(result));
            assertThrows(SocketTimeoutException.class, loopback::accept);
            assertNull(local.accept());
        }
    }
}
