package dev.pavise.k8s.manager.config;

import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Section;
import java.util.ArrayList;
import java.util.List;

/** What each key is for, as the declarations say that the loader reads by. */
public final class HelpText {
    private HelpText() {}

    /**
     * One key.
     *
     * @param path of keys that leads to it
     * @param fallback its default in YAML; {@code required}, or {@code none} where there is neither
     */
    public record Entry(String path, String fallback, String purpose) {}

    /** Every key, in order. */
    public static List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        add(entries, "", ManagerSection.SECTION);
        return entries;
    }

    private static void add(List<Entry> entries, String before, Section<?> section) {
        for (Key<?> key : section.keys()) {
            String path = before + key.name();
            if (key.shape() instanceof Section<?> inner) {
                add(entries, path + ".", inner);
            } else {
                String fallback = key.fallback() == null ? key.required() ? "required" : "none" : key.fallback();
                entries.add(new Entry(path, fallback, key.purpose()));
            }
        }
    }
}
