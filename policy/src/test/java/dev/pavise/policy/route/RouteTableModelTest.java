package dev.pavise.policy.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Compares the table with the plain reading of its rules: of all that fit, the greatest by one comparison. */
class RouteTableModelTest {
    private static final List<String> HOSTS = List.of("a.example", "b.example", "c.b.example", "other");
    private static final List<String> METHODS = List.of("GET", "PUT", "POST");

    @Test
    void agreesWithTheModelOnRandomTables() {
        SplittableRandom random = new SplittableRandom(5);
        int found = 0;
        for (int round = 0; round < 1500; round++) {
            RouteTable.Builder<RouteMatch> builder = new RouteTable.Builder<>();
            List<RouteMatch> accepted = new ArrayList<>();
            for (int at = random.nextInt(25); at >= 0; at--) {
                RouteMatch match = anyMatch(random);
                if (accepted.stream().noneMatch(other -> conflict(other, match))) {
                    accepted.add(match);
                    builder.add(match, match);
                }
            }
            RouteTable<RouteMatch> table = builder.build(List.of());
            for (int asked = 0; asked < 60; asked++) {
                found += compare(table, accepted, random) ? 1 : 0;
            }
        }
        assertTrue(found > 10_000, "found " + found);
    }

    @Test
    void refusesExactlyWhatTheModelCallsAConflict() {
        SplittableRandom random = new SplittableRandom(6);
        int conflicts = 0;
        for (int round = 0; round < 40_000; round++) {
            RouteMatch one = anyMatch(random);
            RouteMatch other = anyMatch(random);
            boolean refused = false;
            try {
                new RouteTable.Builder<String>()
                        .add(one, "one")
                        .add(other, "other")
                        .build(List.of());
            } catch (IllegalArgumentException conflict) {
                refused = true;
                conflicts++;
            }
            assertEquals(conflict(one, other), refused, () -> one + " and " + other);
        }
        assertTrue(conflicts > 100, "conflicts " + conflicts);
    }

    @Test
    void looksUpAmongAThousandRoutesWithoutAllocating() {
        RouteTable.Builder<Integer> builder = new RouteTable.Builder<>();
        for (int at = 0; at < 1000; at++) {
            builder.add(
                    RouteMatch.path("/service" + at % 100 + "/{id}/part" + at).methods(Set.of("GET")), at);
        }
        RouteTable<Integer> table = builder.build(List.of());
        HeaderLookup noHeaders = name -> null;
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = 0;
        for (int round = 0; round < 60_000; round++) {
            if (round == 50_000) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            assertInstanceOf(
                    RouteLookup.Found.class, table.find("GET", "any.example", "/service77/12345/part977", noHeaders));
        }
        long perLookup = (threads.getCurrentThreadAllocatedBytes() - before) / 10_000;
        assertTrue(perLookup < 8, "bytes a lookup: " + perLookup);
    }

    private static boolean compare(RouteTable<RouteMatch> table, List<RouteMatch> routes, SplittableRandom random) {
        String method = METHODS.get(random.nextInt(METHODS.size()));
        String host = HOSTS.get(random.nextInt(HOSTS.size()));
        String path = Templates.anyPath(random, 4);
        Map<String, String> headers = anyHeaders(random);
        Optional<RouteMatch> expected = routes.stream()
                .filter(match -> fits(match, host, path, headers)
                        && (match.methods().isEmpty() || match.methods().contains(method)))
                .max(BY_WEIGHT);
        boolean otherMethods = routes.stream().anyMatch(match -> fits(match, host, path, headers));
        switch (table.find(method, host, path, headers::get)) {
            case RouteLookup.Found<RouteMatch> found -> assertEquals(expected.orElse(null), found.route());
            case RouteLookup.OtherMethods<RouteMatch> ignored -> assertTrue(expected.isEmpty() && otherMethods);
            case RouteLookup.NoRoute<RouteMatch> ignored -> assertTrue(expected.isEmpty() && !otherMethods);
        }
        return expected.isPresent();
    }

    private static boolean fits(RouteMatch match, String host, String path, Map<String, String> headers) {
        return match.host().map(pattern -> pattern.matches(host)).orElse(true)
                && match.path().matches(path)
                && headers.entrySet().containsAll(match.headers().entrySet());
    }

    private static final Comparator<RouteMatch> BY_WEIGHT = Comparator.<RouteMatch>comparingInt(
                    RouteTableModelTest::host)
            .thenComparing(RouteTableModelTest::path)
            .thenComparingInt(match -> match.methods().isEmpty() ? 0 : 1)
            .thenComparingInt(match -> match.headers().size());

    private static int host(RouteMatch match) {
        return match.host().map(host -> host.isWildcard() ? 1 : 2).orElse(0);
    }

    /** A letter for each segment that sorts literal over variable over rest; a path that just ends sorts over rest. */
    private static String path(RouteMatch match) {
        StringBuilder weights = new StringBuilder();
        for (PathTemplate.Segment segment : match.path().segments()) {
            weights.append(
                    switch (segment) {
                        case PathTemplate.Segment.Literal ignored -> '3';
                        case PathTemplate.Segment.Variable ignored -> '2';
                        case PathTemplate.Segment.Rest ignored -> '0';
                    });
        }
        return match.path().toString().endsWith("**")
                ? weights.toString()
                : weights.append('1').toString();
    }

    private static boolean conflict(RouteMatch one, RouteMatch other) {
        boolean sameHost = one.host().equals(other.host());
        boolean methods = one.methods().isEmpty() || one.methods().stream().anyMatch(other.methods()::contains);
        Map<String, String> both = new HashMap<>(one.headers());
        both.putAll(other.headers());
        boolean headers = both.entrySet().containsAll(one.headers().entrySet());
        return sameHost
                && one.path().overlaps(other.path())
                && BY_WEIGHT.compare(one, other) == 0
                && methods
                && headers;
    }

    private static RouteMatch anyMatch(SplittableRandom random) {
        RouteMatch match = RouteMatch.path(Templates.any(random, 3));
        switch (random.nextInt(6)) {
            case 0 -> match = match.host(new HostPattern("a.example"));
            case 1 -> match = match.host(new HostPattern("*.example"));
            case 2 -> match = match.host(new HostPattern("*.b.example"));
            default -> {}
        }
        switch (random.nextInt(4)) {
            case 0 -> match = match.methods(Set.of("GET"));
            case 1 -> match = match.methods(Set.of("PUT", "GET"));
            default -> {}
        }
        return random.nextInt(3) == 0 ? match.headers(anyHeaders(random)) : match;
    }

    private static Map<String, String> anyHeaders(SplittableRandom random) {
        Map<String, String> headers = new HashMap<>();
        for (String name : List.of("x-one", "x-two")) {
            if (random.nextBoolean()) {
                headers.put(name, String.valueOf(random.nextInt(2)));
            }
        }
        return headers;
    }
}
