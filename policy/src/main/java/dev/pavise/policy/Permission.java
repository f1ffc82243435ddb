package dev.pavise.policy;

import java.util.Optional;

/**
 * What somebody may do: {@code resource:action}, for example {@code agent:list}. {@code *} stands for either whole
 * part, and {@code *} alone for both. The same form says what a rule needs; a rule that needs {@code agent:*} is
 * satisfied by {@code agent:*} and {@code *}, not by any one action.
 *
 * <p>The text is strict: exactly one colon, parts of 1 to 128 letters, digits or {@code . _ - / @ ~ +}. A star inside a
 * part ({@code agent:li*}) is refused rather than read as a name that nobody asks for.
 */
public record Permission(String resource, String action) {
    /** Everything. */
    public static final Permission ALL = new Permission("*", "*");

    private static final int MAX_PART = 128;

    public Permission {
        checkPart(resource, "resource");
        checkPart(action, "action");
    }

    /** Reads the text form, or throws {@link IllegalArgumentException} with a message fit for a configuration error. */
    public static Permission parse(String text) {
        if (text.equals("*")) {
            return ALL;
        }
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("permission `" + Quoted.of(text)
                    + "` has no colon, write `resource:action`, or `*` for everything");
        }
        return new Permission(text.substring(0, colon), text.substring(colon + 1));
    }

    /** Reads a name that a token claims, which may be anything; what is no permission grants nothing. */
    static Optional<Permission> claimed(String text) {
        if (text.indexOf(':') < 0 && !text.equals("*")) {
            return Optional.empty(); // as most words of a scope
        }
        try {
            return Optional.of(parse(text));
        } catch (IllegalArgumentException notPermission) {
            return Optional.empty();
        }
    }

    /** Whether whoever holds this may do that. */
    public boolean covers(Permission needed) {
        return (resource.equals("*") || resource.equals(needed.resource))
                && (action.equals("*") || action.equals(needed.action));
    }

    /** The widest permission that both cover; {@code agent:*} and {@code *:list} meet in {@code agent:list}. */
    Optional<Permission> meet(Permission other) {
        Optional<String> sameResource = meet(resource, other.resource);
        Optional<String> sameAction = meet(action, other.action);
        return sameResource.isPresent() && sameAction.isPresent()
                ? Optional.of(new Permission(sameResource.get(), sameAction.get()))
                : Optional.empty();
    }

    private static Optional<String> meet(String one, String other) {
        if (one.equals("*")) {
            return Optional.of(other);
        }
        return other.equals("*") || other.equals(one) ? Optional.of(one) : Optional.empty();
    }

    private static void checkPart(String part, String what) {
        if (part.isEmpty() || part.length() > MAX_PART) {
            throw new IllegalArgumentException("a permission's " + what + " has 1 to " + MAX_PART
                    + " characters, this one has " + part.length() + ", write `resource:action`");
        }
        if (part.equals("*")) {
            return;
        }
        for (int at = 0; at < part.length(); at++) {
            if (!isPartCharacter(part.charAt(at))) {
                throw new IllegalArgumentException("permission " + what + " `" + Quoted.of(part)
                        + "` has an unfit character at " + (at + 1)
                        + ", use letters, digits and `._-/@~+`, or `*` for the whole part");
            }
        }
    }

    private static boolean isPartCharacter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "._-/@~+".indexOf(c) >= 0;
    }

    @Override
    public String toString() {
        return equals(ALL) ? "*" : resource + ":" + action;
    }
}
