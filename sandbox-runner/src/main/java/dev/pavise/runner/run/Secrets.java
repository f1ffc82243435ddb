package dev.pavise.runner.run;

import dev.pavise.policy.tool.ResourceGrant;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * The secrets that one run is given, by name. A tool finds each as a file of {@link #FOLDER} that it can read, and nowhere else: not in
 * its environment, its arguments or its scratch folder. Names may be shown; values are in no text that this class makes.
 */
public final class Secrets {
    /** Where a tool finds them. */
    public static final String FOLDER = ResourceGrant.Secret.FOLDER;

    /** As many as a manifest may name. */
    public static final int MOST = 16;

    /** In bytes, of one. */
    public static final int LONGEST = 64 * 1024;

    /** Of a tool that asks for none. */
    public static final Secrets NONE = new Secrets(new TreeMap<>());

    private final SortedMap<String, Bytes> values;

    private Secrets(SortedMap<String, Bytes> values) {
        this.values = values;
    }

    /** Throws {@link IllegalArgumentException}, which repeats nothing, where a name is none, or there are too many or too long ones. */
    public static Secrets of(Map<String, Bytes> values) {
        if (values.size() > MOST) {
            throw new IllegalArgumentException("there are more than " + MOST + " secrets");
        }
        values.forEach((name, value) -> {
            if (!ResourceGrant.Secret.isName(name)) {
                throw new IllegalArgumentException("a secret has a name that is none");
            }
            if (value.length() > LONGEST) {
                throw new IllegalArgumentException("a secret is longer than " + LONGEST + " bytes");
            }
        });
        return new Secrets(new TreeMap<>(values));
    }

    public boolean isEmpty() {
        return values.isEmpty();
    }

    public SortedSet<String> names() {
        return new TreeSet<>(values.keySet());
    }

    /** Hands out each with its name. Look for callers of this method to see where secrets go. */
    public void reveal(BiConsumer<String, Bytes> taker) {
        values.forEach(taker);
    }

    @Override
    public String toString() {
        return "secrets " + values.keySet();
    }
}
