package dev.pavise.policy.tool;

import dev.pavise.policy.Quoted;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version as Semantic Versioning 2.0.0 has it. It is ordered by precedence (section 11), in which build metadata does
 * not count: {@code 1.0.0+a} and {@code 1.0.0+b} are not equal, and neither is newer.
 */
public final class SemanticVersion implements Comparable<SemanticVersion> {
    private static final int MAX_LENGTH = 128;
    private static final String NUMBER = "(0|[1-9][0-9]*)";
    private static final String BEFORE = "(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)";
    private static final String BUILD = "[0-9A-Za-z-]+";
    private static final Pattern FORM = Pattern.compile(NUMBER + "\\." + NUMBER + "\\." + NUMBER + "(?:-(" + BEFORE
            + "(?:\\." + BEFORE + ")*))?(?:\\+(?:" + BUILD + "(?:\\." + BUILD + ")*))?");

    private final String text;
    private final List<String> core;
    private final List<String> preRelease;

    private SemanticVersion(String text, List<String> core, List<String> preRelease) {
        this.text = text;
        this.core = core;
        this.preRelease = preRelease;
    }

    /** Reads a version, or throws {@link IllegalArgumentException}. */
    public static SemanticVersion parse(String text) {
        Matcher form = FORM.matcher(text.length() > MAX_LENGTH ? "" : text);
        if (!form.matches()) {
            throw new IllegalArgumentException("version `" + Quoted.of(text) + "` is no semantic version of at most "
                    + MAX_LENGTH + " characters, write one like `1.4.0`");
        }
        String before = form.group(4);
        return new SemanticVersion(
                text,
                List.of(form.group(1), form.group(2), form.group(3)),
                before == null ? List.of() : List.of(before.split("\\.", -1)));
    }

    /** Whether the version comes before the release that it is named for. */
    public boolean isPreRelease() {
        return !preRelease.isEmpty();
    }

    public boolean isNewerThan(SemanticVersion other) {
        return compareTo(other) > 0;
    }

    /** By precedence: of versions that differ in build metadata alone, zero. */
    @Override
    public int compareTo(SemanticVersion other) {
        for (int at = 0; at < core.size(); at++) {
            int order = numeric(core.get(at), other.core.get(at));
            if (order != 0) {
                return order;
            }
        }
        if (isPreRelease() != other.isPreRelease()) {
            return isPreRelease() ? -1 : 1;
        }
        return preRelease(preRelease, other.preRelease);
    }

    private static int preRelease(List<String> ones, List<String> others) {
        for (int at = 0; at < Math.min(ones.size(), others.size()); at++) {
            int order = identifier(ones.get(at), others.get(at));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(ones.size(), others.size());
    }

    private static int identifier(String one, String other) {
        boolean number = isNumber(one);
        if (number != isNumber(other)) {
            return number ? -1 : 1;
        }
        return number ? numeric(one, other) : one.compareTo(other);
    }

    private static boolean isNumber(String identifier) {
        return identifier.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** Numbers have no leading zeros, so that the longer one is the larger; none is too large. */
    private static int numeric(String one, String other) {
        int order = Integer.compare(one.length(), other.length());
        return order != 0 ? order : one.compareTo(other);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SemanticVersion version && version.text.equals(text);
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
