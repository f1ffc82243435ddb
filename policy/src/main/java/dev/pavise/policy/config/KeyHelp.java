package dev.pavise.policy.config;

import java.util.ArrayList;
import java.util.List;

/**
 * What one key is for, as the declaration says that the loader reads by.
 *
 * @param path of keys that leads to it
 * @param fallback its default in YAML; {@code required}, or {@code none} where there is neither
 */
public record KeyHelp(String path, String fallback, String purpose) {
    /** Every key of a section and of those in it, in order. */
    public static List<KeyHelp> of(Section<?> section) {
        return of("", section);
    }

    /** The same of a section that stands under a path, such as {@code policies.<tool_id>.}. */
    public static List<KeyHelp> of(String before, Section<?> section) {
        List<KeyHelp> all = new ArrayList<>();
        for (Key<?> key : section.keys()) {
            String path = before + key.name();
            if (key.shape() instanceof Section<?> inner) {
                all.addAll(of(path + ".", inner));
            } else {
                String fallback = key.fallback() == null ? key.required() ? "required" : "none" : key.fallback();
                all.add(new KeyHelp(path, fallback, key.purpose()));
            }
        }
        return all;
    }

    /** A line for people, the purpose in a column of its own as far as the path is short. */
    public String line() {
        return "%-40s %-16s %s".formatted(path, fallback, purpose);
    }
}
