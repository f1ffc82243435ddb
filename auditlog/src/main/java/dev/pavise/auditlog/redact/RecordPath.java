package dev.pavise.auditlog.redact;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A path into a record: the part of JSONPath (RFC 9535) that a record has use for.
 *
 * <pre>
 * $.resource              a member of the record: actor, resource, ip, session_id, trace_id
 * $.metadata.reason       a member of the metadata; $.metadata['reason'] is the same
 * $.metadata.*            every member of the metadata
 * $.metadata.act[*]       each value of a list
 * $..reason               every member of this name
 * </pre>
 */
public final class RecordPath {
    /** What a record is found by, or what holds the trail together. */
    private static final Set<String> FIXED =
            Set.of("id", "seq", "timestamp", "phase", "event_type", "action", "outcome", "request_id");

    private static final Set<String> OPTIONAL = Set.of("ip", "session_id", "trace_id");
    private static final Set<String> ALWAYS = Set.of("actor", "resource");
    private static final String METADATA = "metadata";
    private static final String NAME = "[A-Za-z_][A-Za-z0-9_-]{0,255}";
    private static final Pattern STEP =
            Pattern.compile("\\.(" + NAME + ")|\\['([^'\\\\\\p{Cntrl}]{1,256})'\\]|(\\.\\*)|(\\[\\*\\])");
    private static final Pattern DEEP = Pattern.compile("\\$\\.\\.(" + NAME + ")");

    /** One step down. */
    sealed interface Step {
        /** To the member of this name. */
        record Member(String name) implements Step {}

        /** To every member. */
        record EveryMember() implements Step {}

        /** To every value of a list. */
        record EveryItem() implements Step {}
    }

    private final String text;
    private final boolean deep;
    private final List<Step> steps;

    private RecordPath(String text, boolean deep, List<Step> steps) {
        this.text = text;
        this.deep = deep;
        this.steps = List.copyOf(steps);
    }

    /** Reads a path; throws {@link IllegalArgumentException}, which says what is wrong, where it is none or leads nowhere. */
    public static RecordPath parse(String text) {
        Matcher deep = DEEP.matcher(text);
        if (deep.matches()) {
            return new RecordPath(text, true, List.of(new Step.Member(deep.group(1))));
        }
        if (!text.startsWith("$")) {
            throw new IllegalArgumentException("a path begins with `$`");
        }
        List<Step> steps = new ArrayList<>();
        Matcher step = STEP.matcher(text).region(1, text.length());
        while (step.lookingAt()) {
            steps.add(step(step));
            step.region(step.end(), text.length());
        }
        if (step.regionStart() != text.length() || steps.isEmpty()) {
            throw new IllegalArgumentException(
                    "a path is made of `.name`, `['name']`, `.*` and `[*]`, or is `$..name`");
        }
        RecordPath path = new RecordPath(text, false, steps);
        path.checkLeads();
        return path;
    }

    private static Step step(Matcher step) {
        if (step.group(1) != null) {
            return new Step.Member(step.group(1));
        }
        if (step.group(2) != null) {
            return new Step.Member(step.group(2));
        }
        return step.group(3) != null ? new Step.EveryMember() : new Step.EveryItem();
    }

    private void checkLeads() {
        if (!(steps.getFirst() instanceof Step.Member(String first))) {
            throw new IllegalArgumentException("it takes in members that cannot be redacted; name one");
        }
        boolean whole = ALWAYS.contains(first) || OPTIONAL.contains(first);
        if (first.equals(METADATA)) {
            if (steps.size() == 1 || steps.get(1) instanceof Step.EveryItem) {
                throw new IllegalArgumentException("the metadata is redacted by its members, such as `$.metadata.*`");
            }
        } else if (!whole && !FIXED.contains(first)) {
            throw new IllegalArgumentException("a record has no member `" + first + "`");
        } else if (steps.size() > 1) {
            throw new IllegalArgumentException("there is nothing below `$." + first + "`");
        }
    }

    /** Throws {@link IllegalArgumentException} where what the path leads to may not be dealt with in this way. */
    public void check(How how) {
        String first = ((Step.Member) steps.getFirst()).name();
        if (FIXED.contains(first)) {
            throw new IllegalArgumentException("`" + first + "` cannot be redacted: records are found by it");
        }
        if (first.equals("actor") && how != How.HASH) {
            throw new IllegalArgumentException(
                    "`actor` can be hashed, so that acts can be told apart, and nothing else");
        }
        if (first.equals("resource") && how == How.REMOVE) {
            throw new IllegalArgumentException("`resource` is in every record; mask or hash it");
        }
    }

    /** The text of the record itself that it leads to; empty where it leads into the metadata alone. */
    Optional<String> member() {
        return steps.size() == 1 && steps.getFirst() instanceof Step.Member(String name)
                ? Optional.of(name)
                : Optional.empty();
    }

    /** The steps below the metadata; none where it does not go there. */
    List<Step> belowMetadata() {
        if (deep) {
            return steps;
        }
        return leadsIntoMetadata() ? steps.subList(1, steps.size()) : List.of();
    }

    private boolean leadsIntoMetadata() {
        return steps.size() > 1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RecordPath path && text.equals(path.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** As it was written. */
    @Override
    public String toString() {
        return text;
    }
}
