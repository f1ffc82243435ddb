package dev.pavise.auditlog.redact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.Outcome;
import dev.pavise.auditlog.Phase;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RulesTest {
    private static final KeyedHash HASH = new KeyedHash(new byte[32]);
    private static final String KEY = "pav_live_0123456789abcdefABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghi012345";

    private static Rules rules(Rule... rules) {
        return Rules.of(List.of(rules), HASH, new KnownSecrets(List.of("operator-token-1"), List.of("pav_live_")));
    }

    private static Rule at(String path, How how) {
        return new Rule.At(RecordPath.parse(path), how);
    }

    private static AuditRecord.Builder builder(String resource) {
        return AuditRecord.of(Phase.INTENT, "jwt:corp:alice", "api.request", resource)
                .outcome(Outcome.UNKNOWN)
                .ip("192.0.2.7")
                .sessionId("session-1")
                .requestId("request-1")
                .traceId("trace-1");
    }

    private static Map<String, Object> metadata(AuditRecord record) {
        return record.metadata().stream().collect(Collectors.toMap(AuditRecord.Entry::key, AuditRecord.Entry::value));
    }

    @Test
    void findsASecretEachTimeAndBesideTextsThatHaveNone() {
        Rules rules = rules();
        AuditRecord clean = builder("/agents/7").metadata("method", "GET").build();
        AuditRecord spoiled = builder("/operator-token-1")
                .metadata("note", "operator-token-1")
                .build();
        for (int time = 0; time < 3; time++) {
            assertSame(clean, rules.apply(clean));
            assertEquals("/***", rules.apply(spoiled).resource());
            assertEquals("***", metadata(rules.apply(spoiled)).get("note"));
        }
    }

    @Test
    void leavesWhatIsInNoRuleAsItIs() {
        AuditRecord record = builder("/agents/7?page=2&sort=name")
                .metadata("method", "GET")
                .metadata("status", 200)
                .metadata("query", "page=2")
                .metadata("headers", List.of("user-agent: curl"))
                .metadata("bytes", 123_456_789_012L)
                .build();
        assertSame(record, rules().apply(record));
        assertSame(
                record,
                rules(at("$.metadata.reason", How.REMOVE), new Rule.Header("x-tenant", How.MASK))
                        .apply(record));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a=1&token=abc&b=2             | a=1&token=***&b=2
            token=abc                     | token=***
            ToKeN=abc                     | ToKeN=***
            access_token=abc&x            | access_token=***&x
            x&y=&password=               | x&y=&password=
            %74oken=abc                   | %74oken=***
            api-key=a;sig=b;c=d           | api-key=***;sig=***;c=d
            code=1&code=2                 | code=***&code=***
            X-Amz-Signature=00ff          | X-Amz-Signature=***
            user[password]=p              | user[password]=***
            client_secret=a=b=c&d=e       | client_secret=***&d=e
            monkey=1&keyboard=2&codec=3   | monkey=1&keyboard=2&codec=3
            next=/x?token=abc             | next=/x?token=***
            =v&&=                         | =v&&=
            email=a%40b.example&page=1    | email=hmac&page=1
            gone=1&page=1                 | page=1
            page=1&gone=1                 | page=1&
            gone=1                        | ''
            """)
    void takesValuesOutOfQueries(String query, String expected) {
        Rules rules = rules(new Rule.Query("Email", How.HASH), new Rule.Query("gone", How.REMOVE));
        String hashed = expected.replace("hmac", HASH.of("a@b.example"));
        AuditRecord kept = rules.apply(builder("/x").metadata("query", query).build());
        assertEquals(hashed, metadata(kept).get("query"));
        assertEquals("/x?" + hashed, rules.apply(builder("/x?" + query).build()).resource());
        assertEquals("/x#" + hashed, rules.apply(builder("/x#" + query).build()).resource());
    }

    @Test
    void takesValuesOutOfHeaders() {
        Rules rules = rules(
                new Rule.Header("X-Customer", How.HASH),
                new Rule.Header("x-note", How.MASK),
                new Rule.Header("x-gone", How.REMOVE));
        AuditRecord record = builder("/x")
                .metadata(
                        "headers",
                        List.of("x-customer: 4711", "x-note: private", "x-gone: 1", "x-note: more", "accept: a:b"))
                .build();
        assertEquals(
                List.of("x-customer: " + HASH.of("4711"), "x-note: ***", "x-note: ***", "accept: a:b"),
                metadata(rules.apply(record)).get("headers"));
    }

    @ParameterizedTest
    @CsvSource({
        "$.metadata.reason,MASK,***",
        "$.metadata.reason,REMOVE,",
        "$.metadata['reason'],MASK,***",
        "$.metadata.*,MASK,***",
        "$..reason,MASK,***",
        "$.metadata.reason[*],MASK,because",
        "$.metadata.other,MASK,because",
        "$.metadata.reason.deeper,MASK,because",
        "$.ip,MASK,because",
    })
    void goesWhereAPathLeads(String path, How how, String expected) {
        AuditRecord kept = rules(at(path, how))
                .apply(builder("/x").metadata("reason", "because").build());
        assertEquals(expected, metadata(kept).get("reason"));
    }

    @Test
    void goesIntoListsAndTellsValuesApartByTheirHash() {
        AuditRecord record = builder("/x")
                .metadata("act", List.of("alice", "bob"))
                .metadata("count", 7)
                .metadata("flag", true)
                .build();
        Rules rules = rules(
                at("$.metadata.act[*]", How.HASH), at("$.metadata.count", How.HASH), at("$.metadata.flag", How.MASK));
        Map<String, Object> kept = metadata(rules.apply(record));
        assertEquals(List.of(HASH.of("alice"), HASH.of("bob")), kept.get("act"));
        assertEquals(HASH.of("7"), kept.get("count"));
        assertEquals("***", kept.get("flag"));
        assertTrue(HASH.of("alice").matches("hmac:[A-Za-z0-9_-]{22}"));
        assertNotEquals(HASH.of("alice"), new KeyedHash(Arrays.copyOf(new byte[] {1}, 32)).of("alice"));
    }

    @Test
    void dealsWithTheMembersOfTheRecordItself() {
        Rules rules = rules(
                at("$.actor", How.HASH),
                at("$.resource", How.MASK),
                at("$.ip", How.HASH),
                at("$.session_id", How.REMOVE),
                at("$.trace_id", How.MASK));
        AuditRecord kept =
                rules.apply(builder("/people/alice").eventType("login_success").build());
        assertEquals(HASH.of("jwt:corp:alice"), kept.actor());
        assertEquals("***", kept.resource());
        assertEquals(HASH.of("192.0.2.7"), kept.ip());
        assertNull(kept.sessionId());
        assertEquals("***", kept.traceId());
        assertEquals("request-1", kept.requestId());
        assertEquals("login_success", kept.eventType());
        assertEquals(Phase.INTENT, kept.phase());
        assertEquals("api.request", kept.action());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            $.id               | MASK   | cannot be redacted
            $.seq              | HASH   | cannot be redacted
            $.timestamp        | HASH   | cannot be redacted
            $.phase            | REMOVE | cannot be redacted
            $.outcome          | MASK   | cannot be redacted
            $.action           | MASK   | cannot be redacted
            $.event_type       | MASK   | cannot be redacted
            $.request_id       | HASH   | cannot be redacted
            $..seq             | HASH   | cannot be redacted
            $.actor            | MASK   | can be hashed
            $.actor            | REMOVE | can be hashed
            $.resource         | REMOVE | in every record
            $.reason           | MASK   | has no member
            $.metadata         | MASK   | by its members
            $.metadata[*]      | MASK   | by its members
            $.ip.x             | MASK   | nothing below
            $.*                | MASK   | cannot be redacted
            $[*]               | MASK   | cannot be redacted
            $                  | MASK   | a path is made of
            metadata.x         | MASK   | begins with
            $.metadata.x[0]    | MASK   | a path is made of
            $.metadata..x      | MASK   | a path is made of
            $.metadata.x y     | MASK   | a path is made of
            $..x.y             | MASK   | a path is made of
            $.metadata['a''b'] | MASK   | a path is made of
            """)
    void saysWhichPathsCannotBeRedacted(String path, How how, String why) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> at(path, how));
        assertTrue(String.valueOf(refused.getMessage()).contains(why), refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /x/s3cret+/value                     | /x/***
            s3cret+/values3cret+/value           | ******
            /x?q=s3cret%2B%2Fvalue&y             | /x?q=***&y
            %73%33cret%2b%2fvalue                | ***
            s3cret%252B%252Fvalue                | ***
            {\\"a\\":\\"s3cret+\\/value\\"}      | {\\"a\\":\\"***\\"}
            \\u00733cret+/value                  | ***
            s3cret+/valu                         | s3cret+/valu
            S3CRET+/VALUE                        | S3CRET+/VALUE
            """)
    void findsKnownValuesHoweverTheyAreEscaped(String text, String expected) {
        Rules rules = rules(new Rule.Values(List.of("s3cret+/value", "other value"), How.MASK));
        AuditRecord record = AuditRecord.of(Phase.EVENT, text, text, text)
                .eventType(text)
                .ip(text)
                .sessionId(text)
                .requestId(text)
                .traceId(text)
                .metadata("text", text)
                .metadata("list", List.of("a", text))
                .metadata(text, 1)
                .build();
        AuditRecord kept = rules.apply(record);
        assertEquals(
                List.of(expected, expected, expected, expected, expected, expected, expected),
                Arrays.asList(
                        kept.actor(),
                        kept.action(),
                        kept.eventType(),
                        kept.ip(),
                        kept.sessionId(),
                        kept.requestId(),
                        kept.traceId()));
        assertEquals(expected, metadata(kept).get("text"));
        assertEquals(List.of("a", expected), metadata(kept).get("list"));
        assertTrue(metadata(kept).containsKey(expected));
    }

    @Test
    void masksWhatTheGatewayItselfKnowsWithoutARule() {
        Rules rules = rules();
        assertEquals(
                "/x/***/y",
                rules.apply(builder("/x/operator-token-1/y").build()).resource());
        assertEquals(
                "/x/***/y", rules.apply(builder("/x/" + KEY + "/y").build()).resource());
        AuditRecord id = builder("/v1/auth/keys/0123456789abcdef")
                .metadata("note", "pav_live_0123456789abcdef")
                .build();
        assertSame(id, rules.apply(id), "an id is no key");
    }

    @Test
    void findsNumbersThatAreKnownValues() {
        Rules rules = rules(new Rule.Values(List.of("4929123412341234"), How.MASK));
        AuditRecord kept =
                rules.apply(builder("/x").metadata("card", 4929123412341234L).build());
        assertEquals("***", metadata(kept).get("card"));
    }

    @Test
    void putsWhatARuleSaysInPlaceOfAKnownValue() {
        List<String> values = List.of("s3cret-value");
        AuditRecord record = builder("/x/s3cret-value/y").build();
        assertEquals(
                "/x//y",
                rules(new Rule.Values(values, How.REMOVE)).apply(record).resource());
        assertEquals(
                "/x/" + HASH.of("s3cret-value") + "/y",
                rules(new Rule.Values(values, How.HASH)).apply(record).resource());
    }

    @Test
    void endsWhereWhatIsPutInMakesTheValueAgain() {
        Rules removes = rules(new Rule.Values(List.of("abcdefgh"), How.REMOVE));
        String nested = "abcd".repeat(50) + "efgh".repeat(50);
        String kept = removes.apply(builder(nested).build()).resource();
        assertFalse(kept.contains("abcdefgh"), kept);
        Rules masks =
                rules(new Rule.Values(List.of("ab***cdef"), How.MASK), new Rule.Values(List.of("12345678"), How.MASK));
        assertFalse(masks.apply(builder("ab***cdef").build()).resource().contains("ab***cdef"));
    }

    @Test
    void needsAKeyToHashAndValuesThatAreLongEnough() {
        List<Rule> hashes = List.of(at("$.ip", How.HASH));
        assertThrows(IllegalArgumentException.class, () -> Rules.of(hashes, null, KnownSecrets.NONE));
        assertThrows(IllegalArgumentException.class, () -> new KeyedHash(new byte[31]));
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> new Rule.Values(List.of("short12"), How.MASK));
        assertFalse(String.valueOf(refused.getMessage()).contains("short12"), "an error shows no value");
        assertFalse(
                new Rule.Values(List.of("s3cret-value"), How.MASK).toString().contains("s3cret"));
        byte[] shown =
                new KnownSecrets(List.of("s3cret-value"), List.of()).toString().getBytes(StandardCharsets.UTF_8);
        assertEquals("KnownSecrets", new String(shown, StandardCharsets.UTF_8));
    }
}
