package dev.pavise.policy.route;

import dev.pavise.policy.Quoted;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which requests a route is for: a path template and, where given, a host, methods and header values, all of which must
 * fit. Methods are exactly the listed ones; {@code HEAD} does not come with {@code GET}.
 */
public final class RouteMatch {
    private final @Nullable HostPattern host;
    private final Set<String> methods;
    private final PathTemplate path;
    private final Map<String, String> headers;

    private RouteMatch(
            @Nullable HostPattern host, Set<String> methods, PathTemplate path, Map<String, String> headers) {
        this.host = host;
        this.methods = methods;
        this.path = path;
        this.headers = headers;
    }

    /** Every request whose path is of the template. */
    public static RouteMatch path(PathTemplate path) {
        return new RouteMatch(null, Set.of(), path, Map.of());
    }

    public static RouteMatch path(String template) {
        return path(PathTemplate.parse(template));
    }

    /** The same, for one host or the hosts of a pattern. */
    public RouteMatch host(HostPattern only) {
        return new RouteMatch(only, methods, path, headers);
    }

    /** The same, for these methods; at least one, in upper case. */
    public RouteMatch methods(Collection<String> only) {
        if (only.isEmpty()) {
            throw new IllegalArgumentException(
                    "an empty list of methods matches nothing, leave it away for any method");
        }
        for (String method : only) {
            if (!method.matches("[A-Z][A-Z0-9-]{0,31}")) {
                throw new IllegalArgumentException(
                        "method `" + Quoted.of(method) + "` is unfit, write it in upper case, as in `GET`");
            }
        }
        return new RouteMatch(host, Collections.unmodifiableSet(new LinkedHashSet<>(only)), path, headers);
    }

    /** The same, for requests that have these fields with exactly these values. */
    public RouteMatch headers(Map<String, String> only) {
        Map<String, String> lower = new TreeMap<>();
        only.forEach((name, value) -> {
            if (!name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}")) {
                throw new IllegalArgumentException("header name `" + Quoted.of(name) + "` is unfit");
            }
            if (!Quoted.isPlain(value) || !value.equals(value.strip())) {
                throw new IllegalArgumentException("the value of header `" + name
                        + "` is unfit, no control characters and no space around it can ever match");
            }
            if (lower.put(name.toLowerCase(Locale.ROOT), value) != null) {
                throw new IllegalArgumentException("header `" + name + "` is given twice, in different case");
            }
        });
        return new RouteMatch(host, methods, path, Collections.unmodifiableMap(lower));
    }

    public Optional<HostPattern> host() {
        return Optional.ofNullable(host);
    }

    /** The methods, or an empty set for any. */
    public Set<String> methods() {
        return methods;
    }

    public PathTemplate path() {
        return path;
    }

    /** The fields and their values, names in lower case. */
    public Map<String, String> headers() {
        return headers;
    }

    boolean takesMethod(String method) {
        return methods.isEmpty() || methods.contains(method);
    }

    boolean takesHeaders(HeaderLookup request) {
        if (headers.isEmpty()) {
            return true;
        }
        for (Map.Entry<String, String> header : headers.entrySet()) {
            if (!header.getValue().equals(request.value(header.getKey()))) {
                return false;
            }
        }
        return true;
    }

    /** Why a request does not fit, for an explanation; empty where it does. */
    public Optional<String> mismatch(String method, String requestHost, String requestPath, HeaderLookup request) {
        if (!path.matches(requestPath)) {
            return Optional.of("the path is not of `" + path + "`");
        }
        if (host != null && !host.matches(requestHost)) {
            return Optional.of("it is for host `" + host + "`");
        }
        if (!takesMethod(method)) {
            return Optional.of("it takes " + String.join(", ", methods) + " only");
        }
        return headers.entrySet().stream()
                .filter(header -> !header.getValue().equals(request.value(header.getKey())))
                .findFirst()
                .map(header -> "it needs header `" + header.getKey() + ": " + header.getValue() + "`");
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        if (!methods.isEmpty()) {
            text.append(String.join("|", methods)).append(' ');
        }
        if (host != null) {
            text.append(host);
        }
        text.append(path);
        headers.forEach(
                (name, value) -> text.append(' ').append(name).append('=').append(value));
        return text.toString();
    }
}
