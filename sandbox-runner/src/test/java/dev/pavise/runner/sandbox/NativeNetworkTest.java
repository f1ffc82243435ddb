package dev.pavise.runner.sandbox;

import static dev.pavise.runner.sandbox.Sandbox.SMALL;
import static dev.pavise.runner.sandbox.Sandbox.args;
import static dev.pavise.runner.sandbox.Sandbox.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.pavise.runner.run.Bytes;
import dev.pavise.runner.run.Connection;
import dev.pavise.runner.run.Connection.Outcome;
import dev.pavise.runner.run.Grants;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.Output;
import dev.pavise.runner.run.Program;
import dev.pavise.runner.run.RefusalCode;
import dev.pavise.runner.run.RunInput;
import dev.pavise.runner.run.RunResult;
import dev.pavise.runner.run.Running;
import dev.pavise.runner.run.Unsigned;
import dev.pavise.runner.run.Violation;
import dev.pavise.runner.tls.TestCa;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tools that may reach a host, in the real sandbox, and what they reach beside it. */
final class NativeNetworkTest {
    private static final Limits ROOMY = new Limits(
            128 * Sandbox.MIB,
            Duration.ofSeconds(5),
            Duration.ofSeconds(20),
            4 * Sandbox.MIB,
            SMALL.keptOutputBytes(),
            SMALL.outputBytes(),
            24,
            64);

    private static Sandbox sandbox;

    @BeforeAll
    static void open() throws IOException {
        Sandbox.need("/usr/bin/socat", "socat");
        Sandbox.need("/usr/bin/python3", "python3");
        sandbox = Sandbox.open();
    }

    @AfterAll
    static void close() throws IOException {
        if (sandbox != null) {
            sandbox.close();
        }
    }

    private static Program python(String script, String... hosts) throws IOException {
        return sandbox.script(
                "#!/usr/bin/python3\n" + script,
                new Grants(Set.of(Path.of("/usr/bin/python3")), Set.of(), List.of(hosts)));
    }

    private static String place(InetSocketAddress address) {
        return "127.0.0.1:" + address.getPort();
    }

    private static HttpsServer https(TestCa ca) throws IOException, GeneralSecurityException {
        TestCa.Issued issued = ca.server();
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("server", issued.key(), new char[0], new Certificate[] {issued.certificate()});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            byte[] answer = ("seen " + exchange.getRequestURI()).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        return server;
    }

    /** An interpreter as it comes, with nothing told but its environment. */
    @Test
    void reachesTheHostOfItsManifest() throws IOException, GeneralSecurityException {
        TestCa ca = TestCa.create("hosts");
        HttpsServer server = https(ca);
        try {
            String place = place(server.getAddress());
            Program program = python("""
                    import ssl, sys, urllib.request
                    context = ssl.create_default_context(cadata=sys.stdin.read())
                    print(urllib.request.urlopen("https://" + sys.argv[1] + "/path", context=context, timeout=10).read().decode())
                    try:
                        urllib.request.urlopen("http://" + sys.argv[1] + "/plain", timeout=10)
                    except urllib.error.HTTPError as refused:
                        print(refused.code, refused.reason)
                    """, place);
            String trusted = Files.readString(ca.writeCert(sandbox.folder().resolve("ca.pem")));
            RunResult result = sandbox.run(
                    program, new RunInput(List.of(place), Bytes.of(trusted), Map.of(), Duration.ofSeconds(20)), ROOMY);
            assertEquals(
                    "seen /path\n405 only CONNECT leads out of the sandbox; use https, or tunnel http\n", text(result));
            assertEquals(
                    2, result.connections().size(), () -> result.connections().toString());
            for (Connection seen : result.connections()) {
                if (seen.host().isEmpty()) {
                    assertEquals(Outcome.REFUSED, seen.outcome());
                } else {
                    assertEquals(place, seen.host() + ":" + seen.port());
                    assertEquals("127.0.0.1", seen.address());
                    assertTrue(seen.sentBytes() > 0 && seen.receivedBytes() > 0, seen::toString);
                }
            }
            assertEquals(Set.of(Violation.NETWORK), result.violations());
        } finally {
            server.stop(0);
        }
    }

    /** The doors stand open on the host while the tool knocks, without the proxy and through it. */
    @Test
    void reachesNothingElse() throws IOException {
        try (ServerSocket granted = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"));
                ServerSocket other = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"));
                ServerSocketChannel local = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            Path door = sandbox.folder().resolve("door");
            local.bind(UnixDomainSocketAddress.of(door));
            local.configureBlocking(false);
            granted.setSoTimeout(1);
            other.setSoTimeout(1);
            Program program = python("""
                    import socket, sys
                    granted, other = int(sys.argv[1]), int(sys.argv[2])
                    def attempt(name, what):
                        try:
                            print("ESCAPED", name, what())
                        except OSError as refused:
                            print("held", name, refused.strerror)
                    def knock(family, kind, where):
                        with socket.socket(family, kind) as door:
                            door.settimeout(2)
                            door.connect(where)
                    for name, port in ("granted", granted), ("other", other):
                        attempt(name, lambda: knock(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", port)))
                    attempt("metadata", lambda: knock(socket.AF_INET, socket.SOCK_STREAM, ("169.254.169.254", 80)))
                    attempt("internet", lambda: knock(socket.AF_INET, socket.SOCK_STREAM, ("192.0.2.1", 3128)))
                    attempt("IPv6", lambda: knock(socket.AF_INET6, socket.SOCK_STREAM, ("::1", granted)))
                    attempt("UDP", lambda: knock(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 53)))
                    attempt("raw", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 6))
                    attempt("netlink", lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0))
                    attempt("Unix", lambda: knock(socket.AF_UNIX, socket.SOCK_STREAM, sys.argv[3]))
                    attempt("abstract", lambda: knock(socket.AF_UNIX, socket.SOCK_STREAM, "\\0" + sys.argv[3]))
                    attempt("listen", lambda: socket.create_server(("127.0.0.1", 0)))
                    attempt("bind", lambda: socket.socket().bind(("127.0.0.1", 3129)))
                    def ask(target):
                        with socket.create_connection(("127.0.0.1", 3128), 5) as proxy:
                            proxy.sendall(("CONNECT " + target + " HTTP/1.0\\r\\n\\r\\n").encode())
                            answer = proxy.recv(4096).decode().split("\\r\\n")[0]
                            print("ESCAPED" if " 200 " in answer else "held", target.replace(str(other), "OTHER"), answer[9:12])
                    for target in ("127.0.0.1:%d" % other, "localhost:%d" % granted, "169.254.169.254:80", "[::1]:80", "0.0.0.0:80"):
                        ask(target.replace(str(granted), str(granted)))
                    """, "127.0.0.1:" + granted.getLocalPort());
            RunResult result = sandbox.run(
                    program,
                    args(
                            Integer.toString(granted.getLocalPort()),
                            Integer.toString(other.getLocalPort()),
                            door.toString()),
                    ROOMY);
            assertFalse(text(result).contains("ESCAPED"), () -> text(result));
            assertEquals(
                    17,
                    text(result)
                            .lines()
                            .filter(line -> line.startsWith("held "))
                            .count(),
                    () -> text(result));
            assertEquals(0, result.exitCode(), () -> text(result));
            for (String held : List.of("IPv6", "UDP", "raw", "netlink", "Unix", "abstract", "listen", "bind")) {
                assertTrue(text(result).contains("held " + held + " Operation not permitted"), () -> text(result));
            }
            assertThrows(SocketTimeoutException.class, granted::accept);
            assertThrows(SocketTimeoutException.class, other::accept);
            assertNull(local.accept());
            assertEquals(Set.of(Violation.NETWORK), result.violations());
            assertEquals(5, result.connections().size());
            assertTrue(result.connections().stream().allMatch(Connection::isViolation));
        }
    }

    /** What the escape table says of a tool without network holds for one that has it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "files",
                "mounts",
                "others",
                "terminal",
                "kernel",
                "namespaces",
                "privileges",
                "environment",
                "images",
                "telltales",
                "memfd",
                "limits"
            })
    void holdsAsWithoutNetwork(String attempt) throws IOException, InterruptedException {
        Program probe = sandbox.probe();
        Program program = Unsigned.program(
                "probe", probe.content(), probe.sha256(), new Grants(Set.of(), Set.of(), List.of("host.invalid:443")));
        RunResult with = sandbox.run(program, args(attempt));
        assertFalse(text(with).contains("ESCAPED"), () -> text(with));
        Set<String> without = lines(sandbox.run(probe, args(attempt)));
        if (attempt.equals("environment")) {
            assertEquals(
                    "variable https_proxy=http://127.0.0.1:3128",
                    lines(with).stream().filter(line -> line.contains("https_")).collect(Collectors.joining()));
        } else {
            assertEquals(without, lines(with));
        }
        assertEquals(Set.of(), with.violations());
        assertEquals(List.of(), with.connections());
    }

    private static Set<String> lines(RunResult result) {
        return text(result).lines().collect(Collectors.toSet());
    }

    @Test
    void seesNeitherRelayNorSocket() throws IOException {
        Program program = python("""
                import os
                print("processes", sorted(int(one) for one in os.listdir("/proc") if one.isdigit())[0], len([one for one in os.listdir("/proc") if one.isdigit()]))
                print("sockets", [one for folder in ("/", "/tmp") for one in os.listdir(folder) if "proxy" in one or "relay" in one])
                """, "host.invalid:443");
        RunResult result = sandbox.run(program, args(), ROOMY);
        assertEquals("processes 1 2\nsockets []\n", text(result));
    }

    @Test
    void endsConnectionsWhenCancelled() throws IOException, InterruptedException {
        try (ServerSocket host = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"))) {
            String place = "127.0.0.1:" + host.getLocalPort();
            Program program = python("""
                    import socket, sys, time
                    proxy = socket.create_connection(("127.0.0.1", 3128), 5)
                    proxy.sendall(("CONNECT " + sys.argv[1] + " HTTP/1.0\\r\\n\\r\\n").encode())
                    print(proxy.recv(4096).decode().split("\\r\\n")[0], flush=True)
                    time.sleep(60)
                    """, place);
            CountDownLatch heard = new CountDownLatch(1);
            Output output = (stream, chunk) -> heard.countDown();
            Running running = sandbox.start(program, args(place), ROOMY, output);
            try (Socket reached = host.accept()) {
                heard.await();
                running.cancel();
                RunResult result = Sandbox.result(running);
                assertEquals("HTTP/1.1 200 Connection established\n", text(result));
                assertTrue(result.cancelled());
                assertEquals(1, result.connections().size());
                assertEquals(-1, reached.getInputStream().read());
                assertEquals(Set.of(), result.violations());
            }
        }
        sandbox.awaitNothingLeft();
    }

    @Test
    void refusesHostsThatAreNone() throws IOException {
        assertEquals(
                RefusalCode.GRANT_UNSAFE,
                sandbox.refused(python("", "*.example:443"), args()).code());
    }

    @Test
    void refusesHostsWhereThereIsNoNetworkToGive() throws IOException {
        Path deep = Files.createDirectories(sandbox.folder().resolve("long".repeat(20)));
        HostProbe.Probed probed = HostProbe.open(Settings.in(deep.resolve("runner")));
        try (NativeBackend backend =
                assertInstanceOf(HostProbe.Probed.Fit.class, probed).backend()) {
            assertTrue(backend.describe().contains("no network for tools"), backend::describe);
            Program program = python("", "host.invalid:443");
            var start = backend.start(program, args(), SMALL, Output.NONE);
            assertTrue(start.toString().contains("too long a path"), start::toString);
        }
    }

    @Test
    void hasNetworkHere() {
        assertTrue(sandbox.backend().describe().endsWith("network by proxy"), sandbox.backend()::describe);
    }
}
