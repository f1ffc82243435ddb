package dev.pavise.proxy.cli;

/** Ends a command with a message for whoever typed it, and with an exit code of {@link ExitCode}. */
final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    private CommandFailure(int exitCode, String message) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    /** What was asked for could not be done. */
    static CommandFailure wanting(String message) {
        return new CommandFailure(ExitCode.WANTING, message);
    }

    /** What was asked for means nothing. */
    static CommandFailure misuse(String message) {
        return new CommandFailure(ExitCode.MISUSE, message);
    }

    int exitCode() {
        return exitCode;
    }
}
