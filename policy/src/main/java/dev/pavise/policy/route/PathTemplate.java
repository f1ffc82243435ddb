package dev.pavise.policy.route;

import dev.pavise.policy.Quoted;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A form of paths: {@code /agents/{id}/logs}. {@code {id}} stands for exactly one segment that is not empty, and a last
 * {@code **} for all that follows, also nothing: {@code /agents/**} matches {@code /agents}, {@code /agents/} and
 * {@code /agents/7/logs}. Case matters, and so does a slash at the end.
 *
 * <p>A template is compared with the normal form of a path (RFC 3986, section 6.2.2), so a literal must be written in
 * it: percent-encoded only where it has to be, in upper case. What the normal form can never contain is refused here
 * rather than left as a rule that never matches.
 */
public final class PathTemplate {
    /** One part between slashes. */
    sealed interface Segment {
        record Literal(String text) implements Segment {}

        record Variable(String name) implements Segment {}

        /** {@code **}: the rest of the path. */
        record Rest() implements Segment {}
    }

    private static final int MAX_LENGTH = 1024;

    private final String text;
    private final List<Segment> segments;

    private PathTemplate(String text, List<Segment> segments) {
        this.text = text;
        this.segments = segments;
    }

    /** Reads a template, or throws {@link IllegalArgumentException} with a message fit for a configuration error. */
    public static PathTemplate parse(String text) {
        if (!text.startsWith("/")) {
            throw unfit(text, "does not start with `/`");
        }
        if (text.length() > MAX_LENGTH) {
            throw unfit(text, "is longer than " + MAX_LENGTH + " characters");
        }
        String[] parts = text.substring(1).split("/", -1);
        List<Segment> segments = new ArrayList<>(parts.length);
        Set<String> names = new HashSet<>();
        for (int at = 0; at < parts.length; at++) {
            Segment segment = segment(text, parts[at], at == parts.length - 1);
            if (segment instanceof Segment.Variable(String name) && !names.add(name)) {
                throw unfit(text, "names `{" + name + "}` twice");
            }
            segments.add(segment);
        }
        return new PathTemplate(text, List.copyOf(segments));
    }

    private static Segment segment(String template, String part, boolean last) {
        if (part.equals("**")) {
            if (!last) {
                throw unfit(template, "has `**` before its end, where only `{name}` can stand");
            }
            return new Segment.Rest();
        }
        if (part.startsWith("{") && part.endsWith("}")) {
            String name = part.substring(1, part.length() - 1);
            if (!name.matches("[A-Za-z][A-Za-z0-9_]{0,63}")) {
                throw unfit(
                        template,
                        "has a variable `" + Quoted.of(part) + "`, write `{name}` of letters, digits and `_`");
            }
            return new Segment.Variable(name);
        }
        if (part.isEmpty() && !last) {
            throw unfit(template, "has an empty segment, which no path in normal form has");
        }
        LiteralText.check(part).ifPresent(why -> {
            throw unfit(template, why);
        });
        return new Segment.Literal(part);
    }

    /** The names of the variables, in their order. */
    public List<String> variableNames() {
        List<String> names = new ArrayList<>();
        for (Segment segment : segments) {
            if (segment instanceof Segment.Variable(String name)) {
                names.add(name);
            }
        }
        return names;
    }

    /** The values of the variables in a path that this template matches; empty when it does not match. */
    public Map<String, String> variables(String path) {
        Map<String, String> values = new LinkedHashMap<>();
        int start = 1;
        for (Segment segment : segments) {
            if (segment instanceof Segment.Rest) {
                break;
            }
            int end = end(path, start);
            if (segment instanceof Segment.Variable(String name) && start <= end) {
                values.put(name, path.substring(start, end));
            }
            start = end + 1;
        }
        return matches(path) ? values : Map.of();
    }

    /** Whether the path is of this form. A table is faster for many templates. */
    public boolean matches(String path) {
        if (!path.startsWith("/")) {
            return false;
        }
        int start = 1;
        for (Segment segment : segments) {
            if (segment instanceof Segment.Rest) {
                return true;
            }
            if (start > path.length()) {
                return false;
            }
            int end = end(path, start);
            boolean same = switch (segment) {
                case Segment.Literal(String literal) ->
                    literal.length() == end - start && path.startsWith(literal, start);
                case Segment.Variable ignored -> end > start;
                case Segment.Rest ignored -> true;
            };
            if (!same) {
                return false;
            }
            start = end + 1;
        }
        return start > path.length();
    }

    /** Whether there is a path that both match. */
    public boolean overlaps(PathTemplate other) {
        int shared = Math.min(segments.size(), other.segments.size());
        for (int at = 0; at < shared; at++) {
            Segment mine = segments.get(at);
            Segment theirs = other.segments.get(at);
            if (mine instanceof Segment.Rest || theirs instanceof Segment.Rest) {
                return true;
            }
            if (!compatible(mine, theirs)) {
                return false;
            }
        }
        return segments.size() == other.segments.size() || isRest(shared) || other.isRest(shared);
    }

    private boolean isRest(int at) {
        return at < segments.size() && segments.get(at) instanceof Segment.Rest;
    }

    private static boolean compatible(Segment one, Segment other) {
        if (one instanceof Segment.Literal(String mine)) {
            return other instanceof Segment.Literal(String theirs) ? mine.equals(theirs) : !mine.isEmpty();
        }
        return !(other instanceof Segment.Literal(String theirs)) || !theirs.isEmpty();
    }

    List<Segment> segments() {
        return segments;
    }

    static int end(String path, int start) {
        int slash = path.indexOf('/', start);
        return slash < 0 ? path.length() : slash;
    }

    private static IllegalArgumentException unfit(String template, String why) {
        return new IllegalArgumentException("path template `" + Quoted.of(template) + "` " + why
                + "; a template looks like `/agents/{id}/logs` or `/agents/**`");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PathTemplate template && text.equals(template.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
