package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.config.ConfigError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What of a request stands in its records, and what never does. */
final class RecordedRequestTest {
    private static final String KEY = "pav_live_0123456789abcdefABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghi012345";

    @TempDir
    Path folder;

    private TestOrigin origin;

    @BeforeEach
    void start() throws Exception {
        origin = new TestOrigin();
    }

    @AfterEach
    void stop() {
        origin.close();
    }

    private TestGateway gateway(String audit) throws Exception {
        return TestGateway.start(folder, Yaml.oneRoute(origin.port(), audit));
    }

    private static int get(TestGateway gateway, String target, String... fields) throws Exception {
        try (var client = gateway.client(java.net.http.HttpClient.Version.HTTP_1_1)) {
            var request = gateway.request(target);
            for (int i = 0; i < fields.length; i += 2) {
                request.header(fields[i], fields[i + 1]);
            }
            return client.send(request.build(), java.net.http.HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    private static JsonNode intent(TestGateway gateway, String path) throws Exception {
        return Trail.of(gateway).await(path, each -> Trail.text(each, "phase").equals("intent"));
    }

    @Test
    void recordsNoHeaderAndNoQueryByItself() throws Exception {
        try (TestGateway gateway = gateway("")) {
            assertEquals(200, get(gateway, "/agents/1?token=abc&page=2", "user-agent", "test"));
            JsonNode metadata = intent(gateway, "/agents/1").path("metadata");
            assertTrue(metadata.path("headers").isMissingNode()
                    && metadata.path("query").isMissingNode());
        }
    }

    @Test
    void recordsWhatIsWantedWithoutWhatMustNotBeKept() throws Exception {
        Files.writeString(folder.resolve("known.txt"), "Project Ultra\n\ns3cret-value\n");
        String audit = """
                audit:
                  record: {headers: [User-Agent, x-customer, x-note], query: true}
                  redact:
                    - {header: X-Customer, with: hash}
                    - {query: email, with: remove}
                    - {json: $.metadata.host}
                    - {secret_file: known.txt}
                """;
        try (TestGateway gateway = gateway(audit)) {
            String query = "token=abc&page=2&email=a%40b.example&q=Project%20Ultra&r=s3cret%2Dvalue";
            String[] fields = {
                "user-agent", "test/1", "x-customer", "4711", "x-note", "on Project Ultra", "x-other", "no"
            };
            assertEquals(200, get(gateway, "/agents/s3cret-value?" + query, fields));
            JsonNode intent = intent(gateway, "/agents/***");
            assertEquals("token=***&page=2&q=***&r=***", Trail.metadata(intent, "query"));
            JsonNode headers = intent.path("metadata").path("headers");
            assertEquals(3, headers.size(), headers.toString());
            assertTrue(headers.toString().contains("\"user-agent: test/1\""), headers.toString());
            assertTrue(headers.toString().contains("\"x-note: on ***\""), headers.toString());
            assertTrue(headers.toString().matches(".*\"x-customer: hmac:[A-Za-z0-9_-]{22}\".*"), headers.toString());
            assertEquals("***", Trail.metadata(intent, "host"));

            Path key = folder.resolve("data/keys/redact.key");
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
        }
        String stored = stored(folder.resolve("data/audit"));
        for (String secret :
                List.of("s3cret-value", "s3cret%2Dvalue", "Project Ultra", "Project%20Ultra", "4711", "a%40b")) {
            assertFalse(stored.contains(secret), secret);
        }
    }

    @Test
    void tellsTheSameValueByTheSameHashAfterARestart() throws Exception {
        String audit = "audit: {record: {headers: [x-customer]}, redact: [{header: x-customer, with: hash}]}\n";
        String first;
        try (TestGateway gateway = gateway(audit)) {
            assertEquals(200, get(gateway, "/agents/1", "x-customer", "4711"));
            first = intent(gateway, "/agents/1")
                    .path("metadata")
                    .path("headers")
                    .toString();
        }
        try (TestGateway gateway = gateway(audit)) {
            assertEquals(200, get(gateway, "/agents/2", "x-customer", "4711"));
            assertEquals(
                    first,
                    intent(gateway, "/agents/2")
                            .path("metadata")
                            .path("headers")
                            .toString());
        }
    }

    @Test
    void recordsNoSecretOfItsOwnWhereverItIsPut() throws Exception {
        String secret = "a-shared-secret-of-an-issuer-0123456789";
        String yaml = Yaml.oneRoute(
                origin.port(),
                "identity: {issuers: [{name: shared, secret: \"" + secret + "\", algorithms: [HS256]}]}\n"
                        + "audit: {record: {headers: [x-note, referer], query: true}}\n");
        try (TestGateway gateway = TestGateway.start(folder, yaml)) {
            String[] fields = {"x-note", "see " + secret, "referer", "https://x.example/?a=" + TestGateway.TOKEN};
            assertEquals(200, get(gateway, "/agents/" + TestGateway.TOKEN + "?x=" + secret + "&y=" + KEY, fields));
            get(gateway, "/nowhere/" + KEY + "/" + secret);
            intent(gateway, "/agents/***");
        }
        String stored = stored(folder.resolve("data/audit"));
        for (String each : List.of(TestGateway.TOKEN, secret, KEY, KEY.substring(25))) {
            assertFalse(stored.contains(each), each);
        }
    }

    @Test
    void takesUpSecretsThatChange() throws Exception {
        Path file = folder.resolve("known.txt");
        Files.writeString(file, "first-secret\n");
        String yaml = Yaml.oneRoute(origin.port(), "audit: {redact: [{secret_file: known.txt}]}\n");
        try (TestGateway gateway = TestGateway.start(folder, yaml)) {
            assertEquals(200, get(gateway, "/agents/first-secret"));
            Files.writeString(file, "second-secret\n");
            assertEquals(List.of(), gateway.reload(yaml));
            assertEquals(200, get(gateway, "/agents/x/second-secret"));
            intent(gateway, "/agents/***");
            intent(gateway, "/agents/x/***");
            Files.writeString(file, "tiny\n");
            List<ConfigError> errors = gateway.reload(yaml);
            assertEquals(1, errors.size(), errors.toString());
            assertTrue(errors.getFirst().toString().contains("line 1"), errors.toString());
            assertFalse(errors.toString().contains("tiny"), "no value is shown");
            assertEquals(200, get(gateway, "/agents/y/second-secret"));
            intent(gateway, "/agents/y/***");
        }
    }

    @Test
    void doesNotStartWithWhatItCannotKeepOut() throws Exception {
        Files.writeString(folder.resolve("empty.txt"), "\n\n");
        Files.writeString(folder.resolve("bad.key"), "c2hvcnQ=\n");
        String[][] rows = {
            {"audit: {redact: [{secret_file: empty.txt}]}\n", "holds no value"},
            {"audit: {redact_key: bad.key, redact: [{json: $.ip, with: hash}]}\n", "does not hold 32 bytes"}
        };
        for (String[] row : rows) {
            StartFailure failure = assertThrows(StartFailure.class, () -> gateway(row[0]));
            assertTrue(String.valueOf(failure.getMessage()).contains(row[1]), failure.getMessage());
        }
    }

    private static String stored(Path audit) throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(audit)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
        }
        return all.toString();
    }
}
