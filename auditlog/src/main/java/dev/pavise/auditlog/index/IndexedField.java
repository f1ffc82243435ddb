package dev.pavise.auditlog.index;

import dev.pavise.auditlog.segment.RecordLine.Field;

/** The texts of a record by which it can be found. The order is part of the format. */
public enum IndexedField {
    ACTOR(0, Field.ACTOR, true),
    ACTION(1, Field.ACTION, true),
    RESOURCE(2, Field.RESOURCE, true),
    OUTCOME(3, Field.OUTCOME, true),
    EVENT_TYPE(4, Field.EVENT_TYPE, true),
    IP(5, Field.IP, true),
    SESSION_ID(6, Field.SESSION_ID, false),
    REQUEST_ID(7, Field.REQUEST_ID, false);

    @SuppressWarnings("ImmutableEnumChecker") // a name, written once
    private final Field field;

    private final int place;
    private final boolean ordered;

    IndexedField(int place, Field field, boolean ordered) {
        this.place = place;
        this.field = field;
        this.ordered = ordered;
    }

    public Field field() {
        return field;
    }

    /** Its place among the fields in a chapter. */
    int place() {
        return place;
    }

    /** Whether it can be found by how it begins, too. Ids are only ever asked for whole. */
    boolean ordered() {
        return ordered;
    }
}
