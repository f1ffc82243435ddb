package dev.pavise.auditlog;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an action when it is recorded. The log adds {@code id}, {@code seq} and {@code timestamp} when it stores
 * the record. Values that are too long are cut, visibly, when the record is written; a secret must not be put in.
 */
public final class AuditRecord {
    private final Phase phase;
    private final @Nullable String eventType;
    private final String actor;
    private final String action;
    private final String resource;
    private final Outcome outcome;
    private final @Nullable String ip;
    private final @Nullable String sessionId;
    private final @Nullable String requestId;
    private final @Nullable String traceId;
    private final Entry[] metadata;
    private final boolean concluding;

    private AuditRecord(Builder from) {
        phase = from.phase;
        eventType = from.eventType;
        actor = from.actor;
        action = from.action;
        resource = from.resource;
        outcome = from.outcome;
        ip = from.ip;
        sessionId = from.sessionId;
        requestId = from.requestId;
        traceId = from.traceId;
        metadata = Arrays.copyOf(from.metadata, from.entries);
        concluding = from.concluding;
    }

    /** Starts a record; its outcome is {@link Outcome#UNKNOWN} until one is given. */
    public static Builder of(Phase phase, String actor, String action, String resource) {
        return new Builder(phase, actor, action, resource);
    }

    /** Starts a record of one of our own acts: the phase is {@code event}, the actor {@code system}. */
    public static Builder ownEvent(EventType type, String action, String resource) {
        return ownEvent(type.text(), action, resource);
    }

    /** Starts a record of one of our own acts by its name. */
    public static Builder ownEvent(String eventType, String action, String resource) {
        return new Builder(Phase.EVENT, "system", action, resource)
                .eventType(eventType)
                .outcome(Outcome.SUCCESS);
    }

    public Phase phase() {
        return phase;
    }

    public @Nullable String eventType() {
        return eventType;
    }

    public String actor() {
        return actor;
    }

    public String action() {
        return action;
    }

    public String resource() {
        return resource;
    }

    public Outcome outcome() {
        return outcome;
    }

    public @Nullable String ip() {
        return ip;
    }

    public @Nullable String sessionId() {
        return sessionId;
    }

    public @Nullable String requestId() {
        return requestId;
    }

    public @Nullable String traceId() {
        return traceId;
    }

    /** In the order in which it was put in, each key once. */
    public List<Entry> metadata() {
        return Collections.unmodifiableList(Arrays.asList(metadata));
    }

    /** How many pairs the metadata has; with {@link #entry} a way through it that makes nothing, as each request goes it twice. */
    public int entryCount() {
        return metadata.length;
    }

    /** The pair at this place of the metadata. */
    public Entry entry(int index) {
        return metadata[index];
    }

    /** Whether it tells how something ended that an intent began; it is then taken where new intents no longer are. */
    public boolean concluding() {
        return concluding;
    }

    /**
     * One pair of the metadata.
     *
     * @param value a String, a Long, a Boolean or a list of Strings
     */
    public record Entry(String key, Object value) {}

    /** Collects the parts of one record after the other. Not safe for use by several threads. */
    public static final class Builder {
        private Phase phase;
        private String actor;
        private String action;
        private String resource;
        private Entry[] metadata = new Entry[8];
        private int entries;
        private boolean concluding;
        private Outcome outcome = Outcome.UNKNOWN;
        private @Nullable String eventType;
        private @Nullable String ip;
        private @Nullable String sessionId;
        private @Nullable String requestId;
        private @Nullable String traceId;

        private Builder(Phase phase, String actor, String action, String resource) {
            this.phase = Objects.requireNonNull(phase);
            this.actor = Objects.requireNonNull(actor);
            this.action = Objects.requireNonNull(action);
            this.resource = Objects.requireNonNull(resource);
        }

        /** Starts another record: nothing of the one before is in it, nor does it change that. */
        public Builder next(Phase nextPhase, String nextActor, String nextAction, String nextResource) {
            phase = Objects.requireNonNull(nextPhase);
            actor = Objects.requireNonNull(nextActor);
            action = Objects.requireNonNull(nextAction);
            resource = Objects.requireNonNull(nextResource);
            Arrays.fill(metadata, 0, entries, null);
            entries = 0;
            concluding = false;
            outcome = Outcome.UNKNOWN;
            eventType = null;
            ip = null;
            sessionId = null;
            requestId = null;
            traceId = null;
            return this;
        }

        public Builder outcome(Outcome value) {
            outcome = Objects.requireNonNull(value);
            return this;
        }

        public Builder eventType(@Nullable String value) {
            eventType = value;
            return this;
        }

        public Builder eventType(EventType value) {
            return eventType(value.text());
        }

        public Builder ip(@Nullable String value) {
            ip = value;
            return this;
        }

        public Builder sessionId(@Nullable String value) {
            sessionId = value;
            return this;
        }

        public Builder requestId(@Nullable String value) {
            requestId = value;
            return this;
        }

        public Builder traceId(@Nullable String value) {
            traceId = value;
            return this;
        }

        /** Marks the record as the end of what a stored intent began: room is held back for it. */
        public Builder concluding() {
            concluding = true;
            return this;
        }

        /** Adds text; null adds nothing. A key given twice keeps its place and takes the later value. */
        public Builder metadata(String key, @Nullable String value) {
            return value == null ? this : put(key, value);
        }

        public Builder metadata(String key, long value) {
            return put(key, value);
        }

        public Builder metadata(String key, boolean value) {
            return put(key, value);
        }

        public Builder metadata(String key, List<String> values) {
            return put(key, List.copyOf(values));
        }

        /** Adds a pair as another record has it. */
        public Builder metadata(Entry entry) {
            return put(entry);
        }

        private Builder put(String key, Object value) {
            return put(new Entry(Objects.requireNonNull(key), value));
        }

        private Builder put(Entry entry) {
            int hash = entry.key().hashCode(); // kept by the text, so that nearly all others are told apart by a number
            for (int i = 0; i < entries; i++) {
                String other = metadata[i].key();
                if (other.hashCode() == hash && other.equals(entry.key())) {
                    metadata[i] = entry;
                    return this;
                }
            }
            if (entries == metadata.length) {
                metadata = Arrays.copyOf(metadata, entries * 2);
            }
            metadata[entries++] = entry;
            return this;
        }

        /** The record as it is now; it does not change with what is added later. */
        public AuditRecord build() {
            return new AuditRecord(this);
        }
    }
}
