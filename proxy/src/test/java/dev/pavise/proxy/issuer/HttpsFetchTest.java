package dev.pavise.proxy.issuer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.identity.Algorithm;
import dev.pavise.policy.identity.SignatureProvider;
import dev.pavise.proxy.config.IdentityConfig;
import dev.pavise.proxy.issuer.OidcIssuer.Behaviour;
import dev.pavise.proxy.tls.IssuerTrust;
import dev.pavise.proxy.tls.TestCa;
import dev.pavise.proxy.tls.TlsMaterial;
import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Asking an issuer that may answer anything, or nothing. */
final class HttpsFetchTest {
    private static final IssuedKey KEY = IssuedKey.es256("one");
    private static final CountDownLatch never = new CountDownLatch(1);
    private static final Map<String, Wrong> WRONG = new LinkedHashMap<>();

    @TempDir
    static Path folder;

    private static TestCa ca;
    private static OidcIssuer trap;

    private final Fetch fetch = new HttpsFetch(SignatureProvider.jdk(), Duration.ofSeconds(5));
    private final Fetch hasty = new HttpsFetch(SignatureProvider.jdk(), Duration.ofMillis(400));
    private OidcIssuer issuer;

    private record Wrong(Fetched.Result expected, Behaviour behaviour) {}

    @BeforeAll
    static void prepare() throws IOException {
        ca = TestCa.create("issuers");
        ca.writeCert(folder, "ca.pem");
        trap = OidcIssuer.start(ca);
        trap.publish(KEY);
        status("moved", "301 Moved", "Location: " + trap.url() + "/jwks\r\n");
        status("moved for now", "302 Found", "Location: " + trap.url() + "/jwks\r\n");
        status("moved for good", "308 Permanent Redirect", "Location: /other\r\n");
        status("absent", "404 Not Found", "");
        status("broken", "500 Oops", "");
        status("wants a password", "401 Unauthorized", "WWW-Authenticate: Basic realm=x\r\n");
        status("wants a proxy's password", "407 Proxy", "Proxy-Authenticate: Basic realm=x\r\n");
        status("no content", "204 No Content", "");
        WRONG.put("endless error", new Wrong(Fetched.Result.STATUS, HttpsFetchTest::endless));
        WRONG.put("too large", new Wrong(Fetched.Result.TOO_LARGE, sized(HttpsFetch.MOST_BYTES + 1)));
        WRONG.put("endless", new Wrong(Fetched.Result.TOO_LARGE, HttpsFetchTest::endlessly));
        WRONG.put("cut off", new Wrong(Fetched.Result.UNREACHABLE, (target, out, issuer) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".getBytes(StandardCharsets.US_ASCII));
            throw new IOException("enough");
        }));
        WRONG.put("no HTTP", new Wrong(Fetched.Result.UNREACHABLE, (target, out, issuer) -> {
            out.write("hello\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            throw new IOException("enough");
        }));
        keys("empty", "");
        keys("HTML", "<html></html>");
        keys("array", "[]");
        keys("no keys", "{}");
        keys("keys of another type", "{\"keys\":{}}");
        keys("null", "{\"keys\":null}");
        keys("key of another type", "{\"keys\":[1]}");
        keys("twice", "{\"keys\":[],\"keys\":[]}");
        keys("two documents", "{\"keys\":[]}{\"keys\":[]}");
        keys("deep", "{\"keys\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}");
        keys("secret", "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}");
        keys("private", "{\"keys\":[" + KEY.jwk().replace("}", ",\"d\":\"AAAA\"}") + "]}");
        keys("other curve", "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"AAAA\"}]}");
        keys("point off the curve", "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}]}");
        keys("weak", "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"wQ\",\"e\":\"AQAB\"}]}");
        keys("says another algorithm", "{\"keys\":[" + KEY.jwk().replace("}", ",\"alg\":\"RS256\"}") + "]}");
        keys("very many", "{\"keys\":[" + (KEY.jwk() + ",").repeat(100) + KEY.jwk() + "]}");
        keys("name as long as a book", "{\"keys\":[" + KEY.jwk().replace("one", "x".repeat(257)) + "]}");
    }

    private static void status(String name, String status, String fields) {
        WRONG.put(name, new Wrong(Fetched.Result.STATUS, Behaviour.status(status, fields, "")));
    }

    private static void keys(String name, String text) {
        WRONG.put(name, new Wrong(Fetched.Result.KEYS, Behaviour.status("200 OK", "", text)));
    }

    private static Behaviour sized(int bytes) {
        return Behaviour.status("200 OK", "", "{\"keys\":[]}" + " ".repeat(bytes - 11));
    }

    private static void endless(String target, java.io.OutputStream out, OidcIssuer issuer) throws IOException {
        out.write("HTTP/1.1 500 Oops\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        forever(out);
    }

    private static void endlessly(String target, java.io.OutputStream out, OidcIssuer issuer) throws IOException {
        out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        forever(out);
    }

    private static void forever(java.io.OutputStream out) throws IOException {
        byte[] spaces = " ".repeat(8192).getBytes(StandardCharsets.US_ASCII);
        while (never.getCount() > 0) {
            out.write(spaces);
        }
    }

    @AfterAll
    static void stopAll() {
        never.countDown();
        trap.close();
    }

    @BeforeEach
    void start() throws IOException {
        issuer = OidcIssuer.start(ca);
        issuer.publish(KEY);
        trap.heads().clear();
    }

    @AfterEach
    void stop() {
        issuer.close();
        assertEquals(List.of(), trap.heads(), "nothing led to another host");
    }

    private RemoteIssuer at(String url) {
        return remote(new IdentityConfig.Source.At(URI.create(url)), folder.resolve("ca.pem"));
    }

    private RemoteIssuer discovered(String... hosts) {
        return remote(
                new IdentityConfig.Source.Discovered(URI.create(issuer.url()), Set.of(hosts)),
                folder.resolve("ca.pem"));
    }

    private RemoteIssuer remote(IdentityConfig.Source from, @Nullable Path trusted) {
        TlsMaterial.Ready<IssuerTrust> trust =
                assertInstanceOf(TlsMaterial.Ready.class, IssuerTrust.load(trusted, InstantSource.system()));
        return new RemoteIssuer(
                "corp",
                issuer.url(),
                from,
                trust.value(),
                Set.of(Algorithm.ES256),
                Duration.ofMinutes(10),
                Duration.ofHours(24));
    }

    private static void assertFailed(Fetched.Result result, Fetched fetched) {
        Fetched.Failed failed = assertInstanceOf(Fetched.Failed.class, fetched);
        assertEquals(result, failed.result(), failed::detail);
        assertTrue(failed.detail().length() < 1000, failed::detail);
    }

    @Test
    void fetchesByAddressAndByDiscovery() {
        for (RemoteIssuer each : List.of(at(issuer.url() + "/jwks"), discovered())) {
            Fetched.Keys keys = assertInstanceOf(Fetched.Keys.class, fetch.fetch(each));
            assertEquals(List.of("one"), keys.keys().names());
        }
        assertEquals(List.of("/jwks", "/.well-known/openid-configuration", "/jwks"), issuer.seen());
        for (String head : issuer.heads()) {
            assertFalse(head.toLowerCase(java.util.Locale.ROOT).matches("(?s).*\r\n(cookie|authorization):.*"), head);
        }
    }

    static Stream<String> wrong() {
        return WRONG.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void takesNoOtherAnswer(String name) {
        Wrong wrong = WRONG.get(name);
        issuer.behave(wrong.behaviour());
        assertFailed(wrong.expected(), fetch.fetch(at(issuer.url() + "/jwks")));
    }

    @Test
    void takesTheLargestAnswerAndAnEmptySet() {
        issuer.behave(sized(HttpsFetch.MOST_BYTES));
        Fetched.Keys keys = assertInstanceOf(Fetched.Keys.class, fetch.fetch(at(issuer.url() + "/jwks")));
        assertEquals(0, keys.keys().size());
    }

    @Test
    void waitsForNoAnswerForLong() {
        issuer.behave((target, out, self) -> never.await(30, TimeUnit.SECONDS));
        assertFailed(Fetched.Result.TIMEOUT, hasty.fetch(at(issuer.url() + "/jwks")));
        issuer.behave((target, out, self) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            while (!never.await(20, TimeUnit.MILLISECONDS)) {
                out.write(' ');
                out.flush();
            }
        });
        assertFailed(Fetched.Result.TIMEOUT, hasty.fetch(at(issuer.url() + "/jwks")));
    }

    @Test
    void trustsNoOtherCertificate() throws IOException {
        IdentityConfig.Source there = new IdentityConfig.Source.At(URI.create(issuer.url() + "/jwks"));
        assertFailed(Fetched.Result.TLS, fetch.fetch(remote(there, null)));
        TestCa.create("another").writeCert(folder, "other.pem");
        assertFailed(Fetched.Result.TLS, fetch.fetch(remote(there, folder.resolve("other.pem"))));
        try (OidcIssuer other = OidcIssuer.start(ca.server("elsewhere.example"))) {
            assertFailed(Fetched.Result.TLS, fetch.fetch(at(other.url() + "/jwks")));
            assertEquals(List.of(), other.heads());
        }
        assertEquals(List.of(), issuer.heads());
    }

    @Test
    void tellsThatNobodyIsThere() {
        issuer.close();
        assertFailed(Fetched.Result.UNREACHABLE, fetch.fetch(at(issuer.url() + "/jwks")));
        assertFailed(Fetched.Result.UNREACHABLE, fetch.fetch(at("https://nobody.invalid/jwks")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}",
                "[]",
                "{'issuer':'$OWN'}",
                "{'jwks_uri':'$OWN/jwks'}",
                "{'issuer':'$OWN/','jwks_uri':'$OWN/jwks'}",
                "{'issuer':'HTTPS://localhost','jwks_uri':'$OWN/jwks'}",
                "{'issuer':['$OWN'],'jwks_uri':'$OWN/jwks'}",
                "{'issuer':'$OWN','jwks_uri':['$OWN/jwks']}",
                "{'issuer':'$OWN','issuer':'$OWN','jwks_uri':'$OWN/jwks'}",
                "{'issuer':'$OWN','jwks_uri':'$TRAP/jwks'}",
                "{'issuer':'$OWN','jwks_uri':'http://localhost/jwks'}",
                "{'issuer':'$OWN','jwks_uri':'file:///etc/passwd'}",
                "{'issuer':'$OWN','jwks_uri':'jar:$OWN/jwks'}",
                "{'issuer':'$OWN','jwks_uri':'/jwks'}",
                "{'issuer':'$OWN','jwks_uri':'$OWN@localhost/jwks'}",
                "{'issuer':'$OWN','jwks_uri':'$OWN/jwks#x'}",
                "{'issuer':'$OWN','jwks_uri':'$OWN\\\\@trap/jwks'}",
                "{'issuer':'$OWN','jwks_uri':'https://169.254.169.254/latest'}",
                "{'issuer':'$OWN','jwks_uri':'https://localhost/jwks'}",
                "{'issuer':'$OWN','jwks_uri':'$OWN/j wks'}"
            })
    void takesNoOtherMetadata(String json) {
        issuer.behave(Behaviour.metadata(
                json.replace('\'', '"').replace("$OWN", issuer.url()).replace("$TRAP", trap.url())));
        assertFailed(Fetched.Result.METADATA, fetch.fetch(discovered()));
        assertEquals(0, issuer.fetches());
    }

    @Test
    void goesToListedHostsOnly() throws IOException {
        try (OidcIssuer keys = OidcIssuer.start(ca)) {
            keys.publish(KEY);
            issuer.behave(Behaviour.metadata(
                    "{\"issuer\":\"" + issuer.url() + "\",\"jwks_uri\":\"" + keys.url() + "/jwks\"}"));
            assertFailed(Fetched.Result.METADATA, fetch.fetch(discovered("localhost:443", "keys.example:443")));
            assertInstanceOf(Fetched.Keys.class, fetch.fetch(discovered("localhost:" + keys.port())));
            assertEquals(1, keys.fetches());
        }
    }

    @Test
    void leavesNoThreadBehind() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        RemoteIssuer there = at(issuer.url() + "/jwks");
        fetch.fetch(there);
        issuer.behave((target, out, self) -> never.await(30, TimeUnit.SECONDS));
        hasty.fetch(there);
        issuer.behave(HttpsFetchTest::endlessly);
        fetch.fetch(there);
        issuer.goAway();
        fetch.fetch(there);
        Waiting.until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(
                        thread -> !before.contains(thread) && thread.getName().startsWith("HttpClient-")));
    }

    @Test
    void asksNoProxyOfTheEnvironment() {
        ProxySelector former = ProxySelector.getDefault();
        ProxySelector.setDefault(new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                throw new AssertionError("was asked for a proxy");
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
        });
        try {
            assertInstanceOf(Fetched.Keys.class, fetch.fetch(at(issuer.url() + "/jwks")));
        } finally {
            ProxySelector.setDefault(former);
        }
    }
}
