package dev.pavise.policy.condition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.Condition.Outcome;
import dev.pavise.policy.Facts;
import dev.pavise.policy.Principal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers choose headers, paths and, through their issuer, claims: whatever they choose, a test of a condition ends within its bounds. */
final class HostileInputTest {
    private static final Conditions CONDITIONS = new Conditions();
    private static final String LARGE = "a".repeat(8 * 1024);

    /** Counts how often a loop comes round, by what its body asks for. */
    private static final class Counting implements Facts {
        private final AtomicLong asked = new AtomicLong();
        private final Map<String, String> headers;

        Counting(Map<String, String> headers) {
            this.headers = headers;
        }

        @Override
        public String method() {
            asked.incrementAndGet();
            return "GET";
        }

        @Override
        public String host() {
            return "h";
        }

        @Override
        public String path() {
            return "/" + LARGE;
        }

        @Override
        public String query() {
            return LARGE;
        }

        @Override
        public String header(String name) {
            return headers.get(name);
        }

        @Override
        public Map<String, String> headers() {
            return headers;
        }

        @Override
        public Map<String, String> variables() {
            return Map.of();
        }

        @Override
        public String address() {
            return "192.0.2.1";
        }

        @Override
        public Instant time() {
            return Instant.EPOCH;
        }
    }

    private static Map<String, String> headers(int count) {
        Map<String, String> headers = new LinkedHashMap<>();
        IntStream.range(0, count).forEach(i -> headers.put("x-" + i, "a".repeat(80)));
        return headers;
    }

    private static Principal many() {
        Map<String, Object> claims = new LinkedHashMap<>();
        List<Object> list = new ArrayList<>();
        IntStream.range(0, 1000).forEach(i -> {
            claims.put("claim" + i, "value" + i);
            list.add("item" + i);
        });
        claims.put("list", list);
        return Who.token(claims);
    }

    private static Outcome test(String expression, Principal who, Facts facts) {
        return CONDITIONS.compile(expression, List.of()).test(who, Who.RULE, facts);
    }

    private static void erring(String why, Outcome outcome) {
        Outcome.Errs errs = assertInstanceOf(Outcome.Errs.class, outcome);
        assertTrue(errs.why().contains(why), errs.why());
    }

    @Test
    void looksThroughAThousandClaims() {
        assertInstanceOf(
                Outcome.Fails.class, test("identity.claims.exists(name, name == 'x')", many(), new Counting(Map.of())));
        assertInstanceOf(
                Outcome.Holds.class, test("'item999' in identity.claims.list", many(), new Counting(Map.of())));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "identity.claims.list.all(a, identity.claims.list.all(b, request.method == 'GET'))",
                "request.headers.all(a, request.headers.all(b, request.method == 'GET'))",
                "identity.claims.all(a, request.headers.all(b, [1, 2, 3].all(c, request.method == 'GET')))"
            })
    void boundsTheRoundsOfAllLoopsTogether(String expression) {
        Counting facts = new Counting(headers(100));
        erring("rounds", test(expression, many(), facts));
        assertTrue(facts.asked.get() > 100 && facts.asked.get() <= Bounds.ROUNDS, facts.asked::toString);
    }

    @Test
    void boundsTheStepsOfRegularExpressions() {
        Counting facts = new Counting(headers(100));
        assertInstanceOf(Outcome.Fails.class, test("request.path.matches('(a*)*b')", many(), facts));
        erring("steps", test("request.path.matches('(a?){60}(a*)*(x|y|z){40}b')", many(), facts));
        erring("steps", test("identity.claims.list.all(item, !request.query.matches('(a|aa)+$b'))", many(), facts));
    }

    @Test
    void boundsSearches() {
        Map<String, String> sent = Map.of("x-a", LARGE, "x-b", "a".repeat(4096) + "b");
        erring("steps", test("request.headers['x-a'].contains(request.headers['x-b'])", many(), new Counting(sent)));
        assertInstanceOf(
                Outcome.Fails.class, test("request.headers['x-a'].contains('needle')", many(), new Counting(sent)));
    }

    @Test
    void boundsTextsThatArePutTogether() {
        String sum = "request.query" + " + request.query".repeat(8);
        erring("steps", test(sum + " == ''", many(), new Counting(Map.of())));
        erring(
                "steps",
                test(
                        "identity.claims.list.all(item, request.query + request.query + request.query != '')",
                        many(),
                        new Counting(Map.of())));
    }

    @Test
    void deniesWhateverIsThrown() {
        for (Error thrown : List.of(new StackOverflowError(), new NoClassDefFoundError("gone"))) {
            assertEquals(
                    "errs", outcome(CONDITIONS.compile("request.method == 'GET'", List.of()), new Throwing(thrown)));
        }
        assertEquals(
                "errs",
                outcome(
                        CONDITIONS.compile("request.method == 'GET'", List.of()),
                        new Throwing(new IllegalStateException("a bug"))));
        assertEquals("errs", outcome(CONDITIONS.compile("request.method == 'GET'", List.of()), Facts.NONE));
    }

    private static String outcome(ExpressionCondition condition, Facts facts) {
        return condition
                .test(many(), Who.RULE, facts)
                .getClass()
                .getSimpleName()
                .toLowerCase();
    }

    @Test
    void deniesClaimsThatAreNestedTooDeep() {
        Object nested = "bottom";
        for (int i = 0; i < 100_000; i++) {
            nested = List.of(nested);
        }
        erring(
                "could not be tested",
                test("size(identity.claims.deep) == 1", Who.token(Map.of("deep", nested)), new Counting(Map.of())));
    }

    @Test
    void neverFailsInAnotherWayThanByAMessage() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(17);
        List<String> words = new ArrayList<>(Vocabulary.ofRequests().names());
        words.addAll(List.of(
                "==",
                "!=",
                "&&",
                "||",
                "!",
                "(",
                ")",
                "[",
                "]",
                "{",
                "}",
                ".",
                ",",
                "?",
                ":",
                "+",
                "-",
                "/",
                "%",
                "in",
                "'a'",
                "'(a'",
                "\"",
                "'",
                "5",
                "5u",
                "1.5",
                "null",
                "true",
                "has(",
                "size(",
                ".exists(x, x ==",
                ".all(",
                ".matches(",
                "timestamp(",
                "duration('1h')",
                "int(",
                "b'x'",
                "r'\\'",
                "\n",
                "\u0000",
                "\ud800",
                "é",
                "/*",
                "//",
                "0x",
                "'''",
                "google.protobuf.Struct{",
                "type(",
                "dyn(",
                ".tenant",
                "['x-tenant']",
                "`",
                "\\",
                "$",
                "${",
                "__",
                "@in"));
        int compiled = 0;
        Facts facts = new Counting(headers(3));
        Principal who = many();
        for (int round = 0; round < 6000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(round % 3 == 0 ? 40 : 8); i >= 0; i--) {
                boolean word = random.nextInt(8) != 0;
                text.append(
                        word ? words.get(random.nextInt(words.size())) : Character.toString(random.nextInt(0x3000)));
                text.append(random.nextBoolean() ? " " : "");
            }
            compiled += run(text.toString(), who, facts) ? 1 : 0;
        }
        for (String start : words) {
            compiled += run("request.method == 'GET' || " + start + " == " + start, who, facts) ? 1 : 0;
        }
        assertTrue(compiled > 20, "some of it is an expression: " + compiled);
    }

    private static boolean run(String text, Principal who, Facts facts) {
        ExpressionCondition condition;
        try {
            condition = CONDITIONS.compile(text, List.of());
        } catch (IllegalArgumentException told) {
            assertTrue(told.getMessage().startsWith("the condition"), told.getMessage());
            return false;
        }
        assertTrue(condition.test(who, Who.RULE, facts) instanceof Outcome, text);
        assertTrue(condition.explain(who, Who.RULE, facts).outcome() instanceof Outcome, text);
        return true;
    }
}
