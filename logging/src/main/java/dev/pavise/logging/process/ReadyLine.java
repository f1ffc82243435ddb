package dev.pavise.logging.process;

import java.lang.management.ManagementFactory;

/** The one line on standard output by which whoever started a process sees that it serves, and where. */
public final class ReadyLine {
    private ReadyLine() {}

    /** As of now, with the time since the JVM was started. */
    public static String of(String url) {
        long millis = System.currentTimeMillis()
                - ManagementFactory.getRuntimeMXBean().getStartTime();
        return "ready " + url + " in " + millis + " ms";
    }
}
