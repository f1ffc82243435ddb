package dev.pavise.auditlog.query;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What to look for. Conditions that are not given let every record through; those given must all hold. A text that ends in
 * {@code *} matches what starts with the rest of it. An actor without a source (`alice`) matches that name from any source
 * (`jwt:corp:alice`, `key:alice`).
 */
public final class AuditQuery {
    /** The most records that one page holds. */
    public static final int MAX_LIMIT = 1000;

    /** Which end of the log comes first. */
    public enum Order {
        NEWEST_FIRST,
        OLDEST_FIRST
    }

    final @Nullable String actor;
    final @Nullable String action;
    final @Nullable String resource;
    final @Nullable String outcome;
    final @Nullable String eventType;
    final @Nullable String sessionId;
    final @Nullable String requestId;
    final @Nullable String ip;
    final @Nullable Instant from;
    final @Nullable Instant to;
    final Order order;
    final long cursor;
    final int limit;
    final boolean tellOpen;

    private AuditQuery(Builder parts) {
        actor = parts.actor;
        action = parts.action;
        resource = parts.resource;
        outcome = parts.outcome;
        eventType = parts.eventType;
        sessionId = parts.sessionId;
        requestId = parts.requestId;
        ip = parts.ip;
        from = parts.from;
        to = parts.to;
        order = parts.order;
        cursor = parts.cursor;
        limit = parts.limit;
        tellOpen = parts.tellOpen;
    }

    private AuditQuery(AuditQuery from, Order order, long cursor, int limit) {
        actor = from.actor;
        action = from.action;
        resource = from.resource;
        outcome = from.outcome;
        eventType = from.eventType;
        sessionId = from.sessionId;
        requestId = from.requestId;
        ip = from.ip;
        this.from = from.from;
        to = from.to;
        this.order = order;
        this.cursor = cursor;
        this.limit = limit;
        tellOpen = from.tellOpen;
    }

    /** The same query for another page. */
    AuditQuery page(long at, int most) {
        return new AuditQuery(this, order, at, most);
    }

    /** The conditions that were given, and order, cursor and limit, under the names that the management API has for them. */
    public Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        put(members, "actor", actor);
        put(members, "action", action);
        put(members, "resource", resource);
        put(members, "outcome", outcome);
        put(members, "event_type", eventType);
        put(members, "session_id", sessionId);
        put(members, "request_id", requestId);
        put(members, "ip", ip);
        put(members, "from", from);
        put(members, "to", to);
        put(members, "order", order == Order.OLDEST_FIRST ? "asc" : "desc");
        put(members, "cursor", cursor < 0 ? null : "s" + cursor);
        members.put("limit", limit);
        return members;
    }

    private static void put(Map<String, Object> members, String name, @Nullable Object value) {
        if (value != null) {
            members.put(name, value.toString());
        }
    }

    AuditQuery oldestFirst() {
        return new AuditQuery(this, Order.OLDEST_FIRST, cursor, limit);
    }

    /** The cursor that stands at a number: before it for what is oldest first, behind all below it for what is newest first. */
    public static String cursor(long seq) {
        return "s" + seq;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Whether this text is a cursor that {@link AuditPage#next} may have given. */
    public static Optional<Long> parseCursor(String text) {
        if (!text.matches("s[0-9]{1,18}")) {
            return Optional.empty();
        }
        return Optional.of(Long.parseLong(text.substring(1)));
    }

    /** Collects conditions. */
    public static final class Builder {
        private @Nullable String actor;
        private @Nullable String action;
        private @Nullable String resource;
        private @Nullable String outcome;
        private @Nullable String eventType;
        private @Nullable String sessionId;
        private @Nullable String requestId;
        private @Nullable String ip;
        private @Nullable Instant from;
        private @Nullable Instant to;
        private Order order = Order.NEWEST_FIRST;
        private long cursor = -1;
        private int limit = 100;
        private boolean tellOpen = true;

        private Builder() {}

        public Builder actor(@Nullable String value) {
            actor = value;
            return this;
        }

        public Builder action(@Nullable String value) {
            action = value;
            return this;
        }

        public Builder resource(@Nullable String value) {
            resource = value;
            return this;
        }

        public Builder outcome(@Nullable String value) {
            outcome = value;
            return this;
        }

        public Builder eventType(@Nullable String value) {
            eventType = value;
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

        public Builder ip(@Nullable String value) {
            ip = value;
            return this;
        }

        /** Records of this moment and later. */
        public Builder from(@Nullable Instant value) {
            from = value;
            return this;
        }

        /** Records before this moment. */
        public Builder to(@Nullable Instant value) {
            to = value;
            return this;
        }

        public Builder order(Order value) {
            order = value;
            return this;
        }

        /** Goes on where a page ended; a text that is no cursor is an {@link IllegalArgumentException}. */
        public Builder cursor(@Nullable String value) {
            cursor = value == null
                    ? -1
                    : parseCursor(value)
                            .orElseThrow(
                                    () -> new IllegalArgumentException("`" + value + "` is not a cursor of a page"));
            return this;
        }

        /** How many records at most; 1 to {@link #MAX_LIMIT}, else an {@link IllegalArgumentException}. */
        public Builder limit(int value) {
            if (value < 1 || value > MAX_LIMIT) {
                throw new IllegalArgumentException("limit `" + value + "` is not between 1 and " + MAX_LIMIT);
            }
            limit = value;
            return this;
        }

        /**
         * Whether rows tell of intents that they have no outcome, for which more has to be read; else {@link AuditPage.Row#open}
         * is always false. Without it being said they do.
         */
        public Builder tellOpen(boolean value) {
            tellOpen = value;
            return this;
        }

        public AuditQuery build() {
            return new AuditQuery(this);
        }
    }
}
