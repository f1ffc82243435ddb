package dev.pavise.policy.tool;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Which bounds a manifest puts itself under. */
public enum PolicyName {
    DEFAULT,
    RESTRICTED,
    /** Those that the configuration has for this one tool. */
    CUSTOM;

    /** The policy of that name in a manifest. */
    public static Optional<PolicyName> of(String text) {
        return Arrays.stream(values()).filter(name -> name.text().equals(text)).findFirst();
    }

    /** The name in manifests. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
