package dev.pavise.proxy.cli;

/** What every command ends with. */
public final class ExitCode {
    /** Done, and nothing found wanting. */
    public static final int DONE = 0;

    /** Refused, failed, or found wanting. */
    public static final int WANTING = 1;

    /** Called in a way that means nothing. */
    public static final int MISUSE = 2;

    private ExitCode() {}
}
