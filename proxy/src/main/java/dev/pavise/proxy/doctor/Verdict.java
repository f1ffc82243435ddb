package dev.pavise.proxy.doctor;

/** What a check comes to, from the best to the worst; what does not apply is neither. */
public enum Verdict {
    /** There is nothing to check: this version does not have it, or it is not used. */
    NOT_APPLICABLE("n/a"),
    /** As it should be. */
    OK("ok"),
    /** Somebody should have a reason for it. */
    WARN("warn"),
    /** To be mended before it serves. */
    BAD("bad");

    private final String code;

    Verdict(String code) {
        this.code = code;
    }

    /** The stable name. */
    public String code() {
        return code;
    }
}
