package dev.pavise.auditlog.index;

import dev.pavise.auditlog.segment.RecordLine.Field;

/** The texts of a record by which it can be found. The order is part of the format. */
public enum IndexedField {
    ACTOR(Field.ACTOR, true),
    ACTION(Field.ACTION, true),
    RESOURCE(Field.RESOURCE, true),
    OUTCOME(Field.OUTCOME, true),
    EVENT_TYPE(Field.EVENT_TYPE, true),
    IP(Field.IP, true),
    SESSION_ID(Field.SESSION_ID, false),
    REQUEST_ID(Field.REQUEST_ID, false);

    @SuppressWarnings("ImmutableEnumChecker") // a name, written once
    private final Field field;

    private final boolean ordered;

    IndexedField(Field field, boolean ordered) {
        this.field = field;
        this.ordered = ordered;
    }

    public Field field() {
        return field;
    }

    /** Whether it can be found by how it begins, too. Ids are only ever asked for whole. */
    boolean ordered() {
        return ordered;
    }
}
