package dev.pavise.auditlog;

/** Where in the life of an action a record was made. */
public enum Phase {
    /** Before the action: whatever happens after it, this record is there. */
    INTENT("intent"),
    /** The action's result is known; stored before the answer's head leaves. */
    OUTCOME("outcome"),
    /** What streamed on after its head has ended, or broke off. */
    END("end"),
    /** Something that is no request: a start, a change, a roll-up. */
    EVENT("event");

    private final String text;

    Phase(String text) {
        this.text = text;
    }

    /** The word that stands in the record. */
    public String text() {
        return text;
    }
}
