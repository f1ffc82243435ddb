package dev.pavise.policy.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.Refusal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTableTest {
    private static final HeaderLookup NO_HEADERS = name -> null;

    @ParameterizedTest
    @CsvSource({
        "GET, other, /agents/7/logs, logs",
        "HEAD, other, /agents/7/logs, agents",
        "GET, other, /agents/all/logs, all-logs",
        "GET, other, /agents/7, agents",
        "GET, other, /agents, agents",
        "POST, other, /agents/7/logs, agents",
        "GET, a.example, /agents/7/logs, host",
        "GET, b.example, /agents/7/logs, wildcard",
        "GET, b.c.example, /agents/7/logs, logs",
        "GET, .example, /agents/7/logs, logs",
        "GET, example, /agents/7/logs, logs",
        "GET, other, /Agents/7, none"
    })
    void findsTheMostSpecificRoute(String method, String host, String path, String expected) {
        List<RouteMatch> matches = List.of(
                RouteMatch.path("/agents/**"),
                RouteMatch.path("/agents/{id}/logs").methods(List.of("GET")),
                RouteMatch.path("/agents/all/logs").methods(List.of("GET")),
                RouteMatch.path("/agents/**").host(new HostPattern("A.example")),
                RouteMatch.path("/agents/**").host(new HostPattern("*.example")));
        List<String> names = List.of("agents", "logs", "all-logs", "host", "wildcard");
        for (int seed = 0; seed < 5; seed++) {
            List<Integer> order = new ArrayList<>(List.of(0, 1, 2, 3, 4));
            Collections.shuffle(order, new Random(seed));
            RouteTable.Builder<String> builder = new RouteTable.Builder<>();
            order.forEach(at -> builder.add(matches.get(at), names.get(at)));
            assertEquals(
                    expected, name(builder.build(List.of()).find(method, host, path, NO_HEADERS)), order.toString());
        }
    }

    @Test
    void prefersListedMethodsThenMoreHeaders() {
        RouteTable<String> table = new RouteTable.Builder<String>()
                .add(RouteMatch.path("/a"), "any")
                .add(RouteMatch.path("/a").headers(Map.of("X-One", "1")), "one")
                .add(RouteMatch.path("/a").headers(Map.of("X-One", "1", "x-two", "2")), "two")
                .add(RouteMatch.path("/a").methods(Set.of("GET")), "get")
                .build(List.of());
        assertEquals("any", name(table.find("PUT", "h", "/a", NO_HEADERS)));
        assertEquals("one", name(table.find("PUT", "h", "/a", Map.of("x-one", "1")::get)));
        assertEquals("two", name(table.find("PUT", "h", "/a", Map.of("x-one", "1", "x-two", "2")::get)));
        assertEquals("any", name(table.find("PUT", "h", "/a", Map.of("x-one", "1, 1")::get)));
        assertEquals("get", name(table.find("GET", "h", "/a", Map.of("x-one", "1", "x-two", "2")::get)));
    }

    @Test
    void refusesTwoOfEqualWeightThatCanFitOneRequest() {
        refuses(RouteMatch.path("/a/{id}"), RouteMatch.path("/a/{name}"));
        refuses(RouteMatch.path("/a/**"), RouteMatch.path("/a/**"));
        refuses(
                RouteMatch.path("/a").methods(Set.of("GET", "PUT")),
                RouteMatch.path("/a").methods(Set.of("PUT", "POST")));
        refuses(
                RouteMatch.path("/a").headers(Map.of("x-one", "1")),
                RouteMatch.path("/a").headers(Map.of("x-two", "1")));
        refuses(
                RouteMatch.path("/a").host(new HostPattern("h.example")),
                RouteMatch.path("/a").host(new HostPattern("H.EXAMPLE")));
    }

    @Test
    void takesTwoOfEqualWeightThatNoRequestFitsBoth() {
        RouteTable<String> table = new RouteTable.Builder<String>()
                .add(RouteMatch.path("/a").headers(Map.of("x-one", "1")), "one")
                .add(RouteMatch.path("/a").headers(Map.of("x-one", "2")), "two")
                .add(RouteMatch.path("/b").methods(Set.of("GET")), "get")
                .add(RouteMatch.path("/b").methods(Set.of("PUT")), "put")
                .add(RouteMatch.path("/a/{x}/c"), "left")
                .add(RouteMatch.path("/a/b/{y}"), "right")
                .build(List.of());
        assertEquals("two", name(table.find("GET", "h", "/a", Map.of("x-one", "2")::get)));
        assertEquals("put", name(table.find("PUT", "h", "/b", NO_HEADERS)));
        assertEquals("right", name(table.find("GET", "h", "/a/b/c", NO_HEADERS)));
        assertEquals("left", name(table.find("GET", "h", "/a/x/c", NO_HEADERS)));
    }

    @Test
    void refusesRoutesOverReservedPaths() {
        List<PathTemplate> reserved = List.of(PathTemplate.parse("/health"), PathTemplate.parse("/v1/tools/{id}/run"));
        for (String template : List.of("/health", "/{x}", "/**", "/v1/**", "/v1/tools/{x}/{y}", "/v1/tools/a/run")) {
            RouteTable.Builder<String> builder =
                    new RouteTable.Builder<String>().add(RouteMatch.path(template), template);
            String message = Refusal.of(() -> builder.build(reserved));
            assertTrue(message.contains("`" + template + "` overlaps `/"), message);
        }
        new RouteTable.Builder<String>()
                .add(RouteMatch.path("/health/x"), "x")
                .add(RouteMatch.path("/v1/tools/{id}"), "y")
                .build(reserved);
    }

    @Test
    void tellsThatThePathIsKnownWithOtherMethods() {
        RouteTable<String> table = new RouteTable.Builder<String>()
                .add(RouteMatch.path("/a/{x}").methods(Set.of("GET")), "get")
                .add(RouteMatch.path("/a/b").methods(Set.of("PUT")), "put")
                .add(RouteMatch.path("/a/b").host(new HostPattern("h.example")).methods(Set.of("PATCH")), "patch")
                .build(List.of());
        assertEquals(Set.of("GET", "PUT"), methods(table.find("DELETE", "other", "/a/b", NO_HEADERS)));
        assertEquals(Set.of("GET", "PUT", "PATCH"), methods(table.find("DELETE", "h.example", "/a/b", NO_HEADERS)));
        assertInstanceOf(RouteLookup.NoRoute.class, table.find("DELETE", "other", "/a", NO_HEADERS));
        assertInstanceOf(RouteLookup.NoRoute.class, table.find("OPTIONS", "other", "*", NO_HEADERS));
        assertInstanceOf(RouteLookup.NoRoute.class, table.find("GET", "", "", NO_HEADERS));
    }

    @Test
    void givesVariablesOfTheFoundRoute() {
        RouteTable<String> table = new RouteTable.Builder<String>()
                .add(RouteMatch.path("/agents/{id}/logs"), "logs")
                .build(List.of());
        var found = assertInstanceOf(RouteLookup.Found.class, table.find("GET", "h", "/agents/7/logs", NO_HEADERS));
        assertEquals(Map.of("id", "7"), found.variables("/agents/7/logs"));
        assertSame(found, table.find("GET", "h", "/agents/8/logs", NO_HEADERS));
    }

    @Test
    void findsNothingInAnEmptyTable() {
        RouteTable<String> table = new RouteTable.Builder<String>().build(List.of());
        assertInstanceOf(RouteLookup.NoRoute.class, table.find("GET", "h", "/", NO_HEADERS));
    }

    @Test
    void refusesUnfitMatches() {
        RouteMatch match = RouteMatch.path("/a");
        Refusal.of(() -> match.methods(List.of()));
        Refusal.of(() -> match.methods(List.of("get")));
        Refusal.of(() -> match.methods(List.of("")));
        Refusal.of(() -> match.headers(Map.of("bad name", "x")));
        Refusal.of(() -> match.headers(Map.of("x", "a\nb")));
        Refusal.of(() -> match.headers(Map.of("x", " a")));
        Refusal.of(() -> match.headers(Map.of("x-a", "1", "X-A", "2")));
        for (String host :
                List.of("", "*", "*.", "a.*", "**.a", "a:80", "a/b", ".a", "a.", "-a", "a..b", "[::1", "*.[::1]")) {
            Refusal.of(() -> new HostPattern(host));
        }
        assertTrue(new HostPattern("[::1]").matches("[::1]"));
    }

    private static void refuses(RouteMatch one, RouteMatch other) {
        RouteTable.Builder<String> builder =
                new RouteTable.Builder<String>().add(one, "one").add(other, "other");
        String message = Refusal.of(() -> builder.build(List.of()));
        assertTrue(message.contains("`" + one + "` and `" + other + "`"), message);
    }

    private static String name(RouteLookup<String> lookup) {
        return lookup instanceof RouteLookup.Found<String>(String route, RouteMatch ignored) ? route : "none";
    }

    private static Set<String> methods(RouteLookup<String> lookup) {
        return lookup instanceof RouteLookup.OtherMethods<String>(Set<String> methods) ? methods : Set.of();
    }
}
