package dev.pavise.logging;

/** The text of a stack trace, short enough for a log line: the nearest frames of the error and of each of its causes. */
final class StackText {
    private static final int FRAMES = 16;
    private static final int CAUSES = 6;

    private StackText() {}

    static String of(Throwable error) {
        StringBuilder text = new StringBuilder(1024);
        Throwable at = error;
        for (int depth = 0; at != null && depth < CAUSES; depth++) {
            text.append(depth == 0 ? "" : "\nCaused by: ").append(at);
            frames(text, at.getStackTrace());
            at = at.getCause();
        }
        return text.toString();
    }

    private static void frames(StringBuilder text, StackTraceElement[] frames) {
        for (int i = 0; i < Math.min(frames.length, FRAMES); i++) {
            text.append("\n\tat ").append(frames[i]);
        }
        if (frames.length > FRAMES) {
            text.append("\n\t... ").append(frames.length - FRAMES).append(" more");
        }
    }
}
