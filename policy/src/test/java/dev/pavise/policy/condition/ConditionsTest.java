package dev.pavise.policy.condition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.Condition.Outcome;
import dev.pavise.policy.Principal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConditionsTest {
    private static final Conditions CONDITIONS = new Conditions();
    private static final Principal ALICE = Who.token(claims(), "staff", "night").beside("spiffe://example.org/agent");

    private static Map<String, Object> claims() {
        Map<String, Object> org = new HashMap<>();
        org.put("name", "acme");
        org.put("parent", null);
        return Map.of(
                "tenant",
                "acme",
                "level",
                5L,
                "share",
                0.5,
                "admin",
                false,
                "teams",
                Arrays.asList("red", "blue", null),
                "org",
                org);
    }

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", quoteCharacter = '"', textBlock = """
            request.headers['x-tenant'] == identity.claims.tenant => holds
            request.headers['x-tenant'] != identity.claims.tenant => fails
            request.headers['x-missing'] == 'a' => errs
            request.headers['x-missing'] != 'a' => errs
            'x-missing' in request.headers && request.headers['x-missing'] == 'a' => fails
            'x-tenant' in request.headers => holds
            has(request.headers.accept) => holds
            has(request.headers.cache) => fails
            request.headers['x-empty'] == '' => holds
            request.headers.exists(name, name.startsWith('x-')) => holds
            request.headers.all(name, request.headers[name] != 'evil') => holds
            size(request.headers) == 3 => holds
            request.method == 'GET' => holds
            request.host.endsWith('.example.com') => holds
            request.path.matches('^/agents/[0-9]+/logs$') => holds
            matches(request.path, '^/agents/[a-z]+$') => fails
            request.path.contains('/7/') && !request.path.contains('secret') => holds
            request.path == '/agents/' + request.params.id + '/logs' => holds
            request.params['id'] in ['7', '8'] => holds
            int(request.params.id) < 10 => holds
            int(request.headers['x-tenant']) < 10 => errs
            request.query == '' => holds
            request.address.startsWith('192.0.2.') => holds
            request.time > timestamp('2026-01-01T00:00:00Z') => holds
            request.time.getHours('Europe/Berlin') == 11 => holds
            request.time.getDayOfWeek() in [1, 2, 3, 4, 5] => holds
            request.time - timestamp('2026-11-02T10:00:00Z') < duration('1h') => holds
            identity.id == 'jwt:corp:alice' && identity.name == 'alice' => holds
            identity.source == 'jwt' => holds
            'reader' in identity.roles => holds
            'staff' in identity.groups && !('day' in identity.groups) => holds
            identity.groups.exists_one(group, group == 'night') => holds
            'agent:logs' in identity.permissions => holds
            identity.certificate == 'spiffe://example.org/agent' => holds
            identity.claims.level >= 5 && identity.claims.level + 1 == 6 => holds
            identity.claims.level > 4.5 => holds
            identity.claims.share < 1 => holds
            identity.claims.admin => fails
            identity.claims.tenant => errs
            identity.claims['org'].name == 'acme' => holds
            identity.claims.org.parent == null => holds
            'blue' in identity.claims.teams => holds
            identity.claims.teams.exists(team, team == 'red') => holds
            identity.claims.missing == 'a' => errs
            has(identity.claims.missing) => fails
            has(identity.claims.tenant) => holds
            has(identity.claims.org.name) && !has(identity.claims.org.other) => holds
            identity.claims.exists(name, name == 'tenant') => holds
            identity.claims.level == 'five' => fails
            identity.claims.level + 'five' == '' => errs
            identity.claims.teams[7] == 'a' => errs
            identity.claims.level / 0 == 1 => errs
            route.name == 'logs' && route.permission == 'agent:logs' => holds
            request.method == 'GET' ? identity.claims.level == 5 : false => holds
            identity.claims.missing == 'a' || true => holds
            identity.claims.missing == 'a' || false => errs
            identity.claims.missing == 'a' && false => fails
            """)
    void tests(String expression, String outcome) {
        assertEquals(outcome, word(test(expression, ALICE, Asked.USUAL)), expression);
    }

    private static Outcome test(String expression, Principal who, Asked asked) {
        return CONDITIONS.compile(expression, List.of("id")).test(who, Who.RULE, asked);
    }

    private static String word(Outcome outcome) {
        return outcome.getClass().getSimpleName().toLowerCase();
    }

    @Test
    void seesNoClaimsOfWhoHasNoToken() {
        assertEquals("errs", word(test("identity.claims.tenant == 'acme'", Who.certificate(), Asked.USUAL)));
        assertEquals("fails", word(test("has(identity.claims.tenant)", Who.certificate(), Asked.USUAL)));
        assertEquals("holds", word(test("identity.source == 'certificate'", Who.certificate(), Asked.USUAL)));
        assertEquals("holds", word(test("identity.certificate == ''", Who.certificate(), Asked.USUAL)));
    }

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", quoteCharacter = '"', textBlock = """
            request.method => line 1, column 8: expected type 'bool' but found 'string'
            request.method == 5 => line 1, column 16: found no matching overload
            request.body == 'a' => known are request.method,
            request.headers => expected type 'bool'
            request.headers['X-Tenant'] == 'a' => line 1, column 17: names of headers are in lower case and with hyphens, write `x-tenant`
            'x_tenant' in request.headers => with hyphens, write `x-tenant`
            has(request.headers.Authorization) => lower case
            request.headers['authorization'] == 'a' => is a credential
            !('cookie' in request.headers) => is a credential
            request.params.name == 'a' => no variable `name`, but id
            request.path.matches(request.query) => as a constant text
            request.path.matches('(a') => column 22: is no regular expression of RE2
            request.path.matches('((a{100}){100}){100}') => is too large, make it simpler
            request.path.matches('(abcdefghij){90}') => too large
            [1, 2].map(x, x + 1) == [2, 3] => undeclared reference to 'map'
            [1] + [2] == [1, 2] => found no matching overload
            request.path == => line 1, column 16
            "''" => expected type 'bool'
            """)
    void refusesAtLoad(String expression, String told) {
        assertTrue(refusal(expression).contains(told), () -> refusal(expression));
    }

    private static String refusal(String expression) {
        return assertThrows(IllegalArgumentException.class, () -> CONDITIONS.compile(expression, List.of("id")))
                .getMessage();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "\n"})
    void refusesAnEmptyCondition(String expression) {
        assertTrue(refusal(expression).contains("is empty"));
    }

    @Test
    void tellsThePlaceInAConditionOfSeveralLines() {
        assertTrue(refusal("request.method == 'GET'\n  && request.path == 1").contains("line 2, column 19:"));
    }

    @Test
    void refusesWhatIsTooLargeOrTooDeep() {
        assertTrue(refusal("true || " + "'" + "a".repeat(5000) + "' == ''").contains("may have 4096"));
        assertTrue(refusal("(".repeat(2000) + "true" + ")".repeat(2000)).contains("condition"));
        assertTrue(refusal("true" + " || true".repeat(400)).contains("condition"));
        assertTrue(refusal("[".repeat(2000)).contains("condition"));
    }

    @Test
    void saysWhichPartsFailAndNotWhatWasSent() {
        Outcome.Fails fails = assertInstanceOf(
                Outcome.Fails.class,
                test(
                        "request.method == 'GET' && (request.headers['x-tenant'] == 'globex' || identity.claims.level > 7)"
                                + " && !(request.headers['x-tenant'] == 'acme')",
                        ALICE,
                        Asked.USUAL.with("x-secret", "hunter2")));
        assertFalse(fails.explanation().contains("GET"), fails.explanation());
        assertTrue(
                fails.explanation().startsWith("`request.headers[\"x-tenant\"] == \"globex\"` is false"),
                fails.explanation());
    }

    @Test
    void saysNothingOfWhatWasSentWhereItErrs() {
        String why = assertInstanceOf(
                        Outcome.Errs.class,
                        test("int(request.headers['x-secret']) == 1", ALICE, Asked.USUAL.with("x-secret", "hunter2")))
                .why();
        assertTrue(why.contains("cannot be converted"), why);
        assertFalse(why.contains("hunter2"), why);
    }

    @Test
    void explainsEachPartToTheOperator() {
        ExpressionCondition.Explained explained = CONDITIONS
                .compile(
                        "request.headers['x-tenant'] == identity.claims.org.name && size(identity.groups) > 2",
                        Set.of())
                .explain(ALICE, Who.RULE, Asked.USUAL);
        List<String> parts = new ArrayList<>();
        explained.parts().forEach(part -> parts.add(part.text() + " = " + part.value()));
        assertTrue(parts.contains("request.headers[\"x-tenant\"] = 'acme'"), parts.toString());
        assertTrue(parts.contains("identity.claims.org.name = 'acme'"), parts.toString());
        assertTrue(parts.contains("size(identity.groups) = 2"), parts.toString());
        assertTrue(parts.contains("size(identity.groups) > 2 = false"), parts.toString());
        assertInstanceOf(Outcome.Fails.class, explained.outcome());
    }
}
