package dev.pavise.proxy.pki;

/** A certificate that is not made, or a list that is not written: the message names the field or file and the way out. */
public final class PkiRefusal extends Exception {

    private static final long serialVersionUID = 1L;

    /** Says why. */
    public PkiRefusal(String why) {
        super(why);
    }

    /** What is wrong, for whoever has to mend it. */
    public String why() {
        return String.valueOf(getMessage());
    }
}
