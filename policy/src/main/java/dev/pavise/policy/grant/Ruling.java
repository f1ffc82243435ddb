package dev.pavise.policy.grant;

/** Whether a change of rights may be made. */
public sealed interface Ruling {
    /** It may. */
    record Allowed() implements Ruling {}

    /** It may not. The message is fit for whoever asked: it names what is missing or in the way, and the way out. */
    record Refused(GrantRefusal code, String message) implements Ruling {}

    Ruling ALLOWED = new Allowed();

    static Ruling refused(GrantRefusal code, String message) {
        return new Refused(code, message);
    }
}
