package dev.pavise.policy.route;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one host as a tree of path segments. A search tries the literal child before the variable one before
 * {@code **} and turns back when nothing below fits the request; as each node has one way to it, no search visits a node
 * twice.
 */
final class PathTree<R> {
    private final Node<R> root = new Node<>();

    /** A place between two slashes. */
    private static final class Node<R> {
        private final SegmentMap<Node<R>> literals = new SegmentMap<>();
        private @Nullable Node<R> variable;
        private final List<RouteLookup.Found<R>> here = new ArrayList<>(0);
        private final List<RouteLookup.Found<R>> rest = new ArrayList<>(0);
    }

    void add(RouteLookup.Found<R> route) {
        Node<R> node = root;
        for (PathTemplate.Segment segment : route.match().path().segments()) {
            switch (segment) {
                case PathTemplate.Segment.Rest ignored -> {
                    insert(node.rest, route);
                    return;
                }
                case PathTemplate.Segment.Literal(String text) -> node = node.literals.computeIfAbsent(text, Node::new);
                case PathTemplate.Segment.Variable ignored -> {
                    Node<R> next = node.variable == null ? new Node<>() : node.variable;
                    node.variable = next;
                    node = next;
                }
            }
        }
        insert(node.here, route);
    }

    @Nullable
    RouteLookup<R> find(String method, String path, HeaderLookup headers) {
        return find(root, 1, method, path, headers);
    }

    /** Looks below the node for what is left of the path from {@code start}; past its end nothing is left. */
    private @Nullable RouteLookup<R> find(Node<R> node, int start, String method, String path, HeaderLookup headers) {
        RouteLookup<R> found = null;
        if (start > path.length()) {
            found = first(node.here, method, headers);
        } else {
            int end = PathTemplate.end(path, start);
            Node<R> literal = node.literals.get(path, start, end);
            if (literal != null) {
                found = find(literal, end + 1, method, path, headers);
            }
            if (found == null && node.variable != null && end > start) {
                found = find(node.variable, end + 1, method, path, headers);
            }
        }
        return found != null ? found : first(node.rest, method, headers);
    }

    private @Nullable RouteLookup<R> first(List<RouteLookup.Found<R>> routes, String method, HeaderLookup headers) {
        for (int at = 0; at < routes.size(); at++) {
            RouteLookup.Found<R> route = routes.get(at);
            if (route.match().takesMethod(method) && route.match().takesHeaders(headers)) {
                return route;
            }
        }
        return null;
    }

    /** Keeps the list in the order of weight, heaviest first. */
    private void insert(List<RouteLookup.Found<R>> routes, RouteLookup.Found<R> route) {
        int at = 0;
        while (at < routes.size() && weight(routes.get(at).match()) >= weight(route.match())) {
            refuseEqual(routes.get(at).match(), route.match());
            at++;
        }
        routes.add(at, route);
    }

    private static int weight(RouteMatch match) {
        return (match.methods().isEmpty() ? 0 : 1_000_000) + match.headers().size();
    }

    private static void refuseEqual(RouteMatch one, RouteMatch other) {
        if (weight(one) == weight(other) && shareMethod(one, other) && shareHeaders(one, other)) {
            throw new IllegalArgumentException("routes `" + one + "` and `" + other
                    + "` are of equal weight and fit the same requests, make one more specific or remove it");
        }
    }

    private static boolean shareMethod(RouteMatch one, RouteMatch other) {
        return one.methods().isEmpty() || one.methods().stream().anyMatch(other.methods()::contains);
    }

    /** Whether one request can have the headers of both; not where the same field must have two values. */
    private static boolean shareHeaders(RouteMatch one, RouteMatch other) {
        return one.headers().entrySet().stream().allMatch(header -> {
            String theirs = other.headers().get(header.getKey());
            return theirs == null || theirs.equals(header.getValue());
        });
    }
}
