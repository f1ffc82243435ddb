package dev.pavise.policy.route;

import org.jspecify.annotations.Nullable;

/** The header fields of a request, as a route sees them. */
@FunctionalInterface
public interface HeaderLookup {
    /**
     * The value of the field, by its name in lower case, or null where the request has none. A field that occurs more
     * than once gives its values joined by {@code ", "}, as the origin would read them, so that one value among several
     * does not select a route.
     */
    @Nullable
    String value(String name);
}
