package dev.pavise.policy.condition;

import com.google.re2j.Pattern;
import dev.cel.runtime.CelRuntime;
import dev.pavise.policy.Principal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What has to hold of an audit record for whoever asks to see it. Safe for any number of threads; does no input or output.
 *
 * <p>Guarantees that a test ends within {@link Bounds}, whatever stands in the record, and that whatever goes wrong in it hides the
 * record.
 */
public final class RecordCondition {
    static final String RECORD = "record.";

    /** The texts of a record that can be looked at. */
    public static final List<String> TEXTS = List.of(
            "actor",
            "action",
            "resource",
            "outcome",
            "phase",
            "event_type",
            "ip",
            "session_id",
            "request_id",
            "trace_id");

    /** A record as a condition sees it. */
    public interface Facts {
        /** One of {@link #TEXTS}; empty where the record has none. */
        String text(String name);

        /** What the metadata says under a name; null where it says nothing. */
        @Nullable
        Object metadata(String name);

        /** All of the metadata. */
        Map<String, Object> metadata();
    }

    private final String text;
    private final CelRuntime.Program program;
    private final Map<String, Pattern> patterns;
    private final Set<String> shown;

    RecordCondition(String text, CelRuntime.Program program, Map<String, Pattern> patterns, Set<String> shown) {
        this.text = text;
        this.program = program;
        this.patterns = patterns;
        this.shown = shown;
    }

    /** Whether the condition holds; false where it cannot be told. */
    public boolean holds(Principal asking, Facts record) {
        try {
            Object result = ScopedValue.where(Run.CURRENT, new Run(patterns))
                    .call(() -> program.eval(name -> Optional.ofNullable(value(name, asking, record))));
            return result instanceof Boolean holds && holds;
        } catch (Exception | StackOverflowError | LinkageError unclear) {
            return false;
        }
    }

    private @Nullable Object value(String name, Principal asking, Facts record) {
        if (name.equals(Vocabulary.METADATA)) {
            return shown.contains(name) ? all(record.metadata()) : byKey(record);
        }
        return name.startsWith(RECORD)
                ? record.text(name.substring(RECORD.length()))
                : Known.ofIdentity(name, asking, shown);
    }

    private static Map<String, Object> all(Map<String, Object> metadata) {
        Map<String, Object> all = new HashMap<>();
        metadata.forEach((name, value) -> all.put(name, ClaimValues.of(value)));
        return all;
    }

    private static Map<String, Object> byKey(Facts record) {
        return new KeyedMap<>(name -> {
            Object value = record.metadata(name);
            return value == null ? null : ClaimValues.of(value);
        });
    }

    @Override
    public String toString() {
        return text;
    }
}
