package dev.pavise.policy.route;

import java.util.Map;
import java.util.Set;

/** What a {@link RouteTable} says about a request. */
public sealed interface RouteLookup<R> {
    /** The route. One instance serves every request that finds it. */
    record Found<R>(R route, RouteMatch match) implements RouteLookup<R> {
        /** The values of the template's variables in the path that was looked up, worked out now. */
        public Map<String, String> variables(String path) {
            return match.path().variables(path);
        }
    }

    /** The path and host are known, but not with this method. */
    record OtherMethods<R>(Set<String> methods) implements RouteLookup<R> {}

    /** Nothing is known under this path and host, or not with these headers. */
    record NoRoute<R>() implements RouteLookup<R> {}
}
