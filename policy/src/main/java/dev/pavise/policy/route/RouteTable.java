package dev.pavise.policy.route;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one configuration. Of all routes that fit a request the most specific one is found, in whatever order
 * they were written. What makes more specific, first difference first:
 *
 * <ol>
 *   <li>the host: a name, then a pattern with a star, then none;
 *   <li>the path, segment by segment from the left: a literal, then {@code {name}}, then {@code **};
 *   <li>the method: listed, then any;
 *   <li>the headers: more of them, then fewer.
 * </ol>
 *
 * <p>The host comes first because whoever writes a route for a host means all of that host, as with virtual hosts
 * elsewhere: a general route must not take a path out of it. Two routes of equal weight that could fit the same request
 * do not build, and neither does one that overlaps a reserved path. Immutable; a lookup allocates nothing when it finds.
 */
public final class RouteTable<R> {
    private final List<RouteLookup.Found<R>> all;
    private final SegmentMap<PathTree<R>> byHost;
    private final SegmentMap<PathTree<R>> byWildcard;
    private final PathTree<R> anyHost;
    private final RouteLookup<R> none = new RouteLookup.NoRoute<>();

    private RouteTable(
            List<RouteLookup.Found<R>> all,
            SegmentMap<PathTree<R>> byHost,
            SegmentMap<PathTree<R>> byWildcard,
            PathTree<R> anyHost) {
        this.all = all;
        this.byHost = byHost;
        this.byWildcard = byWildcard;
        this.anyHost = anyHost;
    }

    /** Collects routes, then builds the table. */
    public static final class Builder<R> {
        private final List<RouteLookup.Found<R>> routes = new ArrayList<>();

        /** Adds a route. Its {@code toString} appears in no message; the match does. */
        public Builder<R> add(RouteMatch match, R route) {
            routes.add(new RouteLookup.Found<>(route, match));
            return this;
        }

        /**
         * Builds the table.
         *
         * @param reserved paths that belong to the gateway itself
         * @throws IllegalArgumentException naming both routes where two are of equal weight and could fit the same
         *     request, or the route and the path where a reserved one is overlapped
         */
        public RouteTable<R> build(Collection<PathTemplate> reserved) {
            SegmentMap<PathTree<R>> byHost = new SegmentMap<>();
            SegmentMap<PathTree<R>> byWildcard = new SegmentMap<>();
            PathTree<R> anyHost = new PathTree<>();
            for (RouteLookup.Found<R> route : routes) {
                refuseReserved(route.match(), reserved);
                PathTree<R> tree = route.match()
                        .host()
                        .map(host -> host.isWildcard()
                                ? byWildcard.computeIfAbsent(host.text().substring(2), PathTree::new)
                                : byHost.computeIfAbsent(host.text(), PathTree::new))
                        .orElse(anyHost);
                tree.add(route);
            }
            return new RouteTable<>(List.copyOf(routes), byHost, byWildcard, anyHost);
        }

        private static void refuseReserved(RouteMatch match, Collection<PathTemplate> reserved) {
            for (PathTemplate own : reserved) {
                if (match.path().overlaps(own)) {
                    throw new IllegalArgumentException("route `" + match + "` overlaps `" + own
                            + "`, which the gateway itself answers, narrow the route's path"
                            + " or move the management API with `listen.management`");
                }
            }
        }
    }

    /** The routes in the order in which they were added. */
    public List<RouteLookup.Found<R>> routes() {
        return all;
    }

    /**
     * Finds the route of a request.
     *
     * @param host in normal form: lower case, without port
     * @param path in normal form, without the query
     */
    public RouteLookup<R> find(String method, String host, String path, HeaderLookup headers) {
        if (!path.startsWith("/")) {
            return none;
        }
        PathTree<R> exact = byHost.get(host, 0, host.length());
        RouteLookup<R> found = exact == null ? null : exact.find(method, path, headers);
        if (found == null) {
            PathTree<R> wildcard = ofWildcard(host);
            found = wildcard == null ? null : wildcard.find(method, path, headers);
        }
        if (found == null) {
            found = anyHost.find(method, path, headers);
        }
        return found == null ? explain(method, host, path, headers) : found;
    }

    private @Nullable PathTree<R> ofWildcard(String host) {
        int dot = host.indexOf('.');
        return dot <= 0 ? null : byWildcard.get(host, dot + 1, host.length());
    }

    /** Slow and plain, for a request that is refused anyway: were it known with another method? */
    private RouteLookup<R> explain(String method, String host, String path, HeaderLookup headers) {
        Set<String> methods = new TreeSet<>();
        for (RouteLookup.Found<R> route : all) {
            RouteMatch match = route.match();
            boolean ofHost = match.host().map(pattern -> pattern.matches(host)).orElse(true);
            if (ofHost && !match.takesMethod(method) && match.path().matches(path) && match.takesHeaders(headers)) {
                methods.addAll(match.methods());
            }
        }
        return methods.isEmpty() ? none : new RouteLookup.OtherMethods<>(methods);
    }
}
